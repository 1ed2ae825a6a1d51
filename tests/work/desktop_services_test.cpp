#include "private_bus.h"
#include "suites/suites.h"
#include "work/desktop_notifier.h"
#include "work/sleep_inhibitor.h"

#include <QDBusContext>
#include <QDBusMessage>
#include <QSignalSpy>
#include <QVariantMap>
#include <QtTest>

#include <chrono>
#include <future>

#include <poll.h>
#include <unistd.h>

using namespace spillway;

/// The desktop's side of a notification.
class NotificationService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint replaces = 0;
        QString title;
        QString body;
        QStringList actions;
    };
    QList<Shown> shown;

public slots:
    uint Notify(const QString&, uint replaces, const QString&, const QString& title,
                const QString& body, const QStringList& actions, const QVariantMap&, int)
    {
        shown.append({replaces, title, body, actions});
        return 7;
    }

signals:
    void ActionInvoked(uint id, const QString& action);
};

/// The login service's side: hands out the writing end of a pipe and can tell whether anybody still
/// has it open.
class LoginService : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    bool refuses = false;
    QString what;
    QString mode;

    ~LoginService() override { closeEnd(); }
    bool isOpenElsewhere() const
    {
        pollfd end{readEnd_, POLLIN, 0};
        return readEnd_ >= 0 && ::poll(&end, 1, 0) == 0;
    }

public slots:
    QDBusUnixFileDescriptor Inhibit(const QString& asked, const QString&, const QString&,
                                    const QString& askedMode)
    {
        what = asked;
        mode = askedMode;
        if (refuses) {
            sendErrorReply(QDBusError::AccessDenied, QStringLiteral("Not you"));
            return QDBusUnixFileDescriptor();
        }
        int ends[2];
        if (::pipe(ends) != 0) return QDBusUnixFileDescriptor();
        closeEnd();
        readEnd_ = ends[0];
        QDBusUnixFileDescriptor lock(ends[1]); // a copy
        ::close(ends[1]);
        return lock;
    }

private:
    void closeEnd()
    {
        if (readEnd_ >= 0) ::close(readEnd_);
        readEnd_ = -1;
    }
    int readEnd_ = -1;
};

/// A login service that answers on `bus` for as long as this lives.
class RunningLogin {
public:
    explicit RunningLogin(const PrivateBus& bus) : connection_(bus.connect("login"))
    {
        if (!connection_.registerService("org.freedesktop.login1") ||
            !connection_.registerObject("/org/freedesktop/login1", &service,
                                        QDBusConnection::ExportAllSlots))
            qFatal("The login service cannot be registered.");
    }
    ~RunningLogin()
    {
        connection_.unregisterObject("/org/freedesktop/login1");
        connection_.unregisterService("org.freedesktop.login1");
    }
    RunningLogin(const RunningLogin&) = delete;
    RunningLogin& operator=(const RunningLogin&) = delete;

    LoginService service;

private:
    QDBusConnection connection_;
};

class DesktopServicesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY2(bus_.isUp(), "needs dbus-daemon"); }
    void aNotificationIsShownAndCanBeChosen();
    void withoutAServiceANotificationFailsQuietly();
    void sleepIsHeldUntilRelease();
    void releaseBeforeTheAnswerLeavesNothingHeld();
    void aRefusalIsToldAndAsksAgainNextTime();
    void sleepIsHeldWithoutAnEventLoop();
    void withoutABusNothingBreaks();

private:
    PrivateBus bus_;
};

void DesktopServicesTest::aNotificationIsShownAndCanBeChosen()
{
    NotificationService service;
    auto desktop = bus_.connect("desktop");
    QVERIFY(desktop.registerService("org.freedesktop.Notifications"));
    QVERIFY(desktop.registerObject("/org/freedesktop/Notifications", &service,
                                   QDBusConnection::ExportAllSlots |
                                       QDBusConnection::ExportAllSignals));
    DesktopNotifier notifier(bus_.connect("window"));
    QSignalSpy shown(&notifier, &DesktopNotifier::shown);
    QSignalSpy activated(&notifier, &DesktopNotifier::activated);
    notifier.notify("The plan has ended", "36 runs: 34 done & <2> failed");
    QTRY_COMPARE(shown.size(), 1);
    QCOMPARE(service.shown.front().title, QStringLiteral("The plan has ended"));
    QCOMPARE(service.shown.front().body,
             QStringLiteral("36 runs: 34 done &amp; &lt;2&gt; failed")); // the service reads markup
    QVERIFY(service.shown.front().actions.contains("default"));
    emit service.ActionInvoked(8, "default"); // another program's
    emit service.ActionInvoked(7, "default");
    QTRY_COMPARE(activated.size(), 1);
    notifier.notify("The plan has ended", "again");
    QTRY_COMPARE(shown.size(), 2);
    QCOMPARE(service.shown.back().replaces, 7U);
    desktop.unregisterService("org.freedesktop.Notifications");
}

void DesktopServicesTest::withoutAServiceANotificationFailsQuietly()
{
    DesktopNotifier notifier(bus_.connect("lonely"));
    QSignalSpy failed(&notifier, &DesktopNotifier::failed);
    notifier.notify("The plan has ended", "");
    QTRY_COMPARE(failed.size(), 1);
}

void DesktopServicesTest::sleepIsHeldUntilRelease()
{
    RunningLogin login(bus_);
    LoginService& service = login.service;
    SleepInhibitor inhibitor(bus_.connect("window"));
    for (int plan = 0; plan < 2; ++plan) {
        inhibitor.hold("A plan is being measured");
        inhibitor.hold("A plan is being measured");
        QTRY_VERIFY(inhibitor.isHeld());
        QCOMPARE(service.what, QStringLiteral("sleep:idle"));
        QCOMPARE(service.mode, QStringLiteral("block"));
        QVERIFY(service.isOpenElsewhere());
        inhibitor.release();
        QVERIFY(!inhibitor.isHeld());
        QTRY_VERIFY(!service.isOpenElsewhere());
    }
}

void DesktopServicesTest::releaseBeforeTheAnswerLeavesNothingHeld()
{
    RunningLogin login(bus_);
    LoginService& service = login.service;
    SleepInhibitor inhibitor(bus_.connect("window"));
    inhibitor.hold("A plan is being measured");
    inhibitor.release();
    QTRY_VERIFY(!service.what.isEmpty());
    QTRY_VERIFY(!service.isOpenElsewhere());
    QVERIFY(!inhibitor.isHeld());
}

void DesktopServicesTest::aRefusalIsToldAndAsksAgainNextTime()
{
    RunningLogin login(bus_);
    LoginService& service = login.service;
    service.refuses = true;
    SleepInhibitor inhibitor(bus_.connect("window"));
    QSignalSpy refused(&inhibitor, &SleepInhibitor::refused);
    inhibitor.hold("A plan is being measured");
    QTRY_COMPARE(refused.size(), 1);
    inhibitor.release();
    service.refuses = false;
    inhibitor.hold("A plan is being measured");
    QTRY_VERIFY(inhibitor.isHeld());
}

void DesktopServicesTest::sleepIsHeldWithoutAnEventLoop()
{
    RunningLogin login(bus_);
    LoginService& service = login.service;
    const auto asked = [&] {
        // The service answers on this thread, so another one asks.
        auto answer = std::async(std::launch::async, [this] {
            return inhibitSleep(bus_.connect("terminal"), "A plan is being measured");
        });
        while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            QCoreApplication::processEvents();
        return answer.get();
    };
    {
        const auto lock = asked();
        QVERIFY(lock.isValid());
        QCOMPARE(service.what, QStringLiteral("sleep:idle"));
        QVERIFY(service.isOpenElsewhere());
    }
    QTRY_VERIFY(!service.isOpenElsewhere());
    service.refuses = true;
    QVERIFY(!asked().isValid());
}

void DesktopServicesTest::withoutABusNothingBreaks()
{
    QVERIFY(!inhibitSleep(QDBusConnection(QString()), "A plan is being measured").isValid());
    DesktopNotifier notifier{QDBusConnection(QString())};
    SleepInhibitor inhibitor{QDBusConnection(QString())};
    QSignalSpy failed(&notifier, &DesktopNotifier::failed);
    QSignalSpy refused(&inhibitor, &SleepInhibitor::refused);
    notifier.notify("The plan has ended", "");
    inhibitor.hold("A plan is being measured");
    QTRY_COMPARE(failed.size(), 1);
    QTRY_COMPARE(refused.size(), 1);
    inhibitor.release();
    QVERIFY(!inhibitor.isHeld());
}

SPILLWAY_TESTS(DesktopServicesTest, QCoreApplication)
#include "desktop_services_test.moc"
