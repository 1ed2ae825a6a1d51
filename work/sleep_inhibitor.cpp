#include "work/sleep_inhibitor.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusReply>

namespace spillway {

namespace {

QDBusMessage inhibitCall(const QString& why)
{
    auto call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"),
        QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("Inhibit"));
    call << QStringLiteral("sleep:idle") << QStringLiteral("Spillway") << why
         << QStringLiteral("block");
    return call;
}

} // namespace

SleepInhibitor::SleepInhibitor(const QDBusConnection& systemBus, QObject* parent)
    : QObject(parent), bus_(systemBus)
{
}

void SleepInhibitor::hold(const QString& why)
{
    if (wanted_) return;
    wanted_ = true;
    if (!bus_.isConnected()) { // an unconnected bus would never answer
        emit refused(tr("there is no system bus"));
        return;
    }
    auto* watcher = new QDBusPendingCallWatcher(bus_.asyncCall(inhibitCall(why)), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *watcher;
        if (reply.isError()) {
            emit refused(reply.error().message());
            return;
        }
        if (!wanted_) return; // released meanwhile: the reply's copy is closed with it
        lock_ = reply.value();
        emit held();
    });
}

void SleepInhibitor::release()
{
    wanted_ = false;
    lock_ = QDBusUnixFileDescriptor();
}

QDBusUnixFileDescriptor inhibitSleep(const QDBusConnection& systemBus, const QString& why)
{
    if (!systemBus.isConnected()) return {};
    constexpr int patience = 500; // milliseconds, after as many for connecting
    const QDBusReply<QDBusUnixFileDescriptor> reply =
        systemBus.call(inhibitCall(why), QDBus::Block, patience);
    return reply.isValid() ? reply.value() : QDBusUnixFileDescriptor();
}

} // namespace spillway
