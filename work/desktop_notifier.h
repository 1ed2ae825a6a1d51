#pragma once

#include <QDBusConnection>
#include <QObject>

namespace spillway {

/// Shows a notification on the desktop (org.freedesktop.Notifications). Never blocks; without a bus
/// or a notification service it only emits failed().
class DesktopNotifier : public QObject {
    Q_OBJECT
public:
    explicit DesktopNotifier(const QDBusConnection& sessionBus, QObject* parent = nullptr);
    /// The desktop's session bus, or a disconnected one if there is none: Qt would start its own
    /// bus.
    static QDBusConnection sessionBus();

    /// `body` is plain text.
    void notify(const QString& title, const QString& body);

signals:
    void shown();
    void failed(const QString& why);
    /// The user clicked one of our notifications.
    void activated();

private:
    Q_SLOT void onActionInvoked(uint id, const QString& action);

    QDBusConnection bus_;
    uint last_ = 0; ///< the service's id of the last one, 0: none; a new one replaces it
};

} // namespace spillway
