#include "work/desktop_notifier.h"

#include "base/escape.h"
#include "base/program.h"
#include "work/text.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>
#include <QStringList>
#include <QVariantMap>

namespace spillway {
namespace {

const auto service = QStringLiteral("org.freedesktop.Notifications");
const auto object = QStringLiteral("/org/freedesktop/Notifications");
constexpr int serversOwnTime = -1;

} // namespace

DesktopNotifier::DesktopNotifier(const QDBusConnection& sessionBus, QObject* parent)
    : QObject(parent), bus_(sessionBus)
{
    bus_.connect(service, object, service, QStringLiteral("ActionInvoked"), this,
                 SLOT(onActionInvoked(uint, QString)));
}

QDBusConnection DesktopNotifier::sessionBus()
{
    const bool there =
        qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
        QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus"));
    return there ? QDBusConnection::sessionBus()
                 : QDBusConnection(QStringLiteral("no session bus"));
}

void DesktopNotifier::notify(const QString& title, const QString& body)
{
    if (!bus_.isConnected()) { // an unconnected bus would never answer
        emit failed(tr("there is no session bus"));
        return;
    }
    auto call = QDBusMessage::createMethodCall(service, object, service, QStringLiteral("Notify"));
    const QString id = text(desktopId()); // of the icon, too
    call << QStringLiteral("Spillway") << last_ << id << title << text(htmlText(utf8(body)))
         << QStringList{QStringLiteral("default"), tr("Show")}
         << QVariantMap{{QStringLiteral("desktop-entry"), id}} << serversOwnTime;
    auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<uint> reply = *watcher;
        if (reply.isError()) {
            emit failed(reply.error().message());
            return;
        }
        last_ = reply.value();
        emit shown();
    });
}

void DesktopNotifier::onActionInvoked(uint id, const QString&)
{
    if (last_ != 0 && id == last_) emit activated();
}

} // namespace spillway
