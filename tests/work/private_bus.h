#pragma once

#include <QDBusConnection>
#include <QProcess>
#include <QString>

#include <csignal>

namespace spillway {

/// A message bus of its own, for as long as this lives.
class PrivateBus {
public:
    PrivateBus()
    {
        daemon_.start(QStringLiteral("dbus-daemon"),
                      {QStringLiteral("--session"), QStringLiteral("--nofork"),
                       QStringLiteral("--print-address")});
        while (!daemon_.canReadLine() && daemon_.waitForReadyRead()) {
        }
        address_ = QString::fromUtf8(daemon_.readLine()).trimmed();
    }
    ~PrivateBus()
    {
        freeze(false);
        daemon_.terminate();
        daemon_.waitForFinished();
    }
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;

    /// Stops the daemon's process as it stands, or has it go on.
    void freeze(bool frozen) const
    {
        ::kill(static_cast<pid_t>(daemon_.processId()), frozen ? SIGSTOP : SIGCONT);
    }
    const QString& address() const { return address_; }
    bool isUp() const { return !address_.isEmpty(); }
    /// A connection under `name`, as a program of its own would have it.
    QDBusConnection connect(const char* name) const
    {
        return QDBusConnection::connectToBus(address_, QLatin1String(name));
    }

private:
    QProcess daemon_;
    QString address_;
};

} // namespace spillway
