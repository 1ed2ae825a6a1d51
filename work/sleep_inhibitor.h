#pragma once

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace spillway {

/// Keeps the machine awake while it is held, through systemd's login service
/// (org.freedesktop.login1). Never blocks; without a bus or the service it only emits refused().
/// The service releases the lock by itself when the program dies.
class SleepInhibitor : public QObject {
    Q_OBJECT
public:
    explicit SleepInhibitor(const QDBusConnection& systemBus, QObject* parent = nullptr);

    /// Requests the lock, once until release(); `why` is shown to users who ask what keeps the
    /// machine awake.
    void hold(const QString& why);
    void release();
    /// The service has granted the lock.
    bool isHeld() const { return lock_.isValid(); }

signals:
    void held();
    void refused(const QString& why);

private:
    QDBusConnection bus_;
    bool wanted_ = false;
    QDBusUnixFileDescriptor lock_; ///< the machine stays awake while this is open
};

/// The same for a program without an event loop, until the returned descriptor is closed: waits for
/// the answer, half a second at most. Invalid if there is no bus or service, or the service
/// refuses.
QDBusUnixFileDescriptor inhibitSleep(const QDBusConnection& systemBus, const QString& why);

} // namespace spillway
