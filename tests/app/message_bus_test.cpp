#include "shell_program.h"
#include "suites/suites.h"

#include <QElapsedTimer>
#include <QtTest>

#include <csignal>

using namespace spillway;

/// A real message bus that stands still while the program measures.
class MessageBusTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void aFrozenBusDelaysNoRun();
    void aBusThatFreezesDuringARunDelaysNothing();

private:
    void freeze(bool frozen) const
    {
        ::kill(static_cast<pid_t>(daemon_->processId()), frozen ? SIGSTOP : SIGCONT);
    }
    /// `spillway run` with the bus as the system's; its session is made before the bus is asked.
    std::unique_ptr<QProcess> startRun() const
    {
        return program_.startAs(
            "/usr/bin/env", {"DBUS_SYSTEM_BUS_ADDRESS=" + address_,
                             QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway"), "run", "--data",
                             program_.path("small.csv"), "--workload", "etl", "--engine", "chunked",
                             "--repeats", "2", "--warmup", "0", "--json"});
    }

    const testing::ShellProgram program_;
    std::unique_ptr<QProcess> daemon_;
    QString address_;
};

void MessageBusTest::init()
{
    QVERIFY(program_.run({"generate", program_.path("small.csv"), "--rows", "100", "--force"})
                .exitCode == 0);
    daemon_ = std::make_unique<QProcess>();
    daemon_->start("dbus-daemon", {"--session", "--nofork", "--print-address"});
    while (!daemon_->canReadLine() && daemon_->waitForReadyRead()) {
    }
    address_ = QString::fromUtf8(daemon_->readLine()).trimmed();
    QVERIFY2(!address_.isEmpty(), "needs dbus-daemon");
}

void MessageBusTest::cleanup()
{
    freeze(false);
    daemon_->terminate();
    daemon_->waitForFinished();
}

/// The library by itself would wait for it without end.
void MessageBusTest::aFrozenBusDelaysNoRun()
{
    freeze(true);
    QElapsedTimer taken;
    taken.start();
    const auto run = startRun();
    QVERIFY2(run->waitForFinished(60'000), "the program waits for the bus");
    qInfo("with a frozen bus: %lld ms", taken.elapsed());
    QCOMPARE(run->exitStatus(), QProcess::NormalExit);
    QCOMPARE(run->exitCode(), 0);
    QCOMPARE(run->readAllStandardOutput().count('\n'), 2);
    freeze(false);
    taken.start();
    const auto again = startRun();
    QVERIFY(again->waitForFinished(60'000));
    qInfo("with one that answers: %lld ms", taken.elapsed());
    QCOMPARE(again->exitCode(), 0);
}

void MessageBusTest::aBusThatFreezesDuringARunDelaysNothing()
{
    const auto run = startRun();
    QTRY_VERIFY_WITH_TIMEOUT(run->canReadLine() || run->waitForReadyRead(100), 60'000);
    freeze(true);
    QVERIFY2(run->waitForFinished(60'000), "the program waits for the bus");
    QCOMPARE(run->exitCode(), 0);
}

SPILLWAY_TESTS(MessageBusTest, QCoreApplication)
#include "message_bus_test.moc"
