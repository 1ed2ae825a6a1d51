#pragma once

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace spillway {

/// Keeps the machine awake while it is held, through systemd's login service
/// (org.freedesktop.login1). Never blocks; without a bus or the service nothing happens but
/// refused(). The service lets go by itself when the program dies.
class SleepInhibitor : public QObject {
    Q_OBJECT
public:
    explicit SleepInhibitor(const QDBusConnection& systemBus, QObject* parent = nullptr);

    /// Asks for it, once until release(); `why` is shown to whoever asks what keeps it awake.
    void hold(const QString& why);
    void release();
    /// The service has agreed.
    bool isHeld() const { return lock_.isValid(); }

signals:
    void held();
    void refused(const QString& why);

private:
    QDBusConnection bus_;
    bool wanted_ = false;
    QDBusUnixFileDescriptor lock_; ///< the machine stays awake while this is open
};

/// The same for a program without an event loop, until what is returned is closed: asks and waits
/// for the answer, half a second at most. Not valid where there is no bus or no service, or it
/// refuses.
QDBusUnixFileDescriptor inhibitSleep(const QDBusConnection& systemBus, const QString& why);

} // namespace spillway
