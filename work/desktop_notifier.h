#pragma once

#include <QDBusConnection>
#include <QObject>

namespace spillway {

/// Shows a notification on the desktop (org.freedesktop.Notifications). Never blocks; without a bus
/// or a service that shows it nothing happens but failed().
class DesktopNotifier : public QObject {
    Q_OBJECT
public:
    explicit DesktopNotifier(const QDBusConnection& sessionBus, QObject* parent = nullptr);
    /// The desktop session's bus, or a connection to nothing where there is none: Qt would start a
    /// bus of its own.
    static QDBusConnection sessionBus();

    /// `body` is plain text.
    void notify(const QString& title, const QString& body);

signals:
    void shown();
    void failed(const QString& why);
    /// The user has chosen a notification of ours.
    void activated();

private slots:
    void onActionInvoked(uint id, const QString& action);

private:
    QDBusConnection bus_;
    uint last_ = 0; ///< the service's number of the last one, 0: none; a new one takes its place
};

} // namespace spillway
