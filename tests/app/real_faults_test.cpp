#include "real_program.h"

#include <QtTest>

#include <csignal>

using namespace spillway;
using namespace spillway::test;

/// Real Dask and Ray that die, hang or want too much: a result with its cause, the plan goes on,
/// nothing survives.
class RealFaultsTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void killedProcessIsAFailureWithItsCause_data();
    void killedProcessIsAFailureWithItsCause();
    void limitAboveTheFloorEndsWithinIt_data();
    void limitAboveTheFloorEndsWithinIt();
    void limitBelowTheFloorIsUnsupported();
    void timeOutEndsARun();
    void existingClusterRunsThePlanAndSurvives();

private:
    void nothingIsLeft();

    RealProgram program_;
    QString data_;
};

void RealFaultsTest::initTestCase()
{
    QVERIFY(program_.dir.isValid());
    data_ = program_.path("large.csv");
    program_.call({"generate", data_, "--size", "800MB"});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
}

void RealFaultsTest::nothingIsLeft()
{
    QCOMPARE(program_.processes(), QList<int>());
    QCOMPARE(program_.leftInScratch(), QStringList());
}

void RealFaultsTest::killedProcessIsAFailureWithItsCause_data()
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QByteArray>("busy"); // is there once the run works on the data
    QTest::addColumn<QByteArray>("victim");
    QTest::newRow("Dask worker") << "dask:naive" << QByteArray("spawn_main")
                                 << QByteArray("spawn_main");
    QTest::newRow("raylet") << "ray:tuned" << QByteArray("ray::_scan")
                            << QByteArray("raylet/raylet");
    QTest::newRow("Ray worker") << "ray:naive" << QByteArray("ray::ReadCSV")
                                << QByteArray("ray::ReadCSV");
}

void RealFaultsTest::killedProcessIsAFailureWithItsCause()
{
    QFETCH(QString, engine);
    QFETCH(QByteArray, busy);
    QFETCH(QByteArray, victim);
    QProcess process;
    program_.start(process, program_.once(data_, {"--workload", "etl", "--workers", "2", "--engine",
                                                  engine + ",duckdb"}));
    QTRY_VERIFY_WITH_TIMEOUT(program_.processLike(busy) != 0, RealProgram::patienceMs);
    QCOMPARE(::kill(program_.processLike(victim), SIGKILL), 0);
    const auto runs = program_.finish(process);
    QVERIFY2(runs.size() == 2, program_.errors.constData());
    for (const auto& run : runs) {
        const bool killed = run["engine"] != "duckdb";
        QVERIFY2(run["status"] == (killed ? "failed" : "ok"), run.dump().c_str());
        if (killed) QVERIFY(!run["error"]["message"].get<std::string>().empty());
    }
    QCOMPARE(program_.exitCode, 1);
    nothingIsLeft();
}

void RealFaultsTest::limitAboveTheFloorEndsWithinIt_data()
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QString>("limit");
    QTest::newRow("Dask") << "dask:tuned"
                          << "420MB";
    QTest::newRow("Ray") << "ray:tuned"
                         << "720MB";
}

void RealFaultsTest::limitAboveTheFloorEndsWithinIt()
{
    QFETCH(QString, engine);
    QFETCH(QString, limit);
    const auto runs = program_.call(
        program_.once(data_, {"--workload", "etl", "--workers", "2", "--engine", engine + ",duckdb",
                              "--param", "materialise=loaded", "--memory-limit", limit}));
    QVERIFY2(runs.size() == 2, program_.errors.constData());
    for (const auto& run : runs) {
        const auto status = run["status"].get<std::string>();
        const bool mayFail = run["engine"] != "duckdb";
        QVERIFY2(status == "ok" ||
                     (mayFail && (status == "memory-limit" || status == "out-of-memory")),
                 run.dump().c_str());
        // The watchdog may be late by what is allocated in a tenth of a second.
        const double bytes = limit.chopped(2).toDouble() * 1e6;
        QVERIFY2(run["peak_bytes"].get<double>() < 1.5 * bytes, run.dump().c_str());
    }
    nothingIsLeft();
}

void RealFaultsTest::limitBelowTheFloorIsUnsupported()
{
    const auto runs =
        program_.call(program_.once(data_, {"--workload", "etl", "--workers", "2", "--engine",
                                            "dask,ray", "--memory-limit", "200MB"}));
    QCOMPARE(runs.size(), 2);
    for (const auto& run : runs) {
        QVERIFY2(run["status"] == "unsupported", run.dump().c_str());
        QVERIFY(run["error"]["message"].get<std::string>().find("needs at least") !=
                std::string::npos);
    }
}

void RealFaultsTest::timeOutEndsARun()
{
    auto arguments = program_.once(
        data_, {"--workload", "etl", "--workers", "2", "--engine", "ray:naive,duckdb"});
    arguments[arguments.indexOf("2min")] = "1s";
    const auto runs = program_.call(arguments);
    QVERIFY2(runs.size() == 2, program_.errors.constData());
    for (const auto& run : runs)
        if (run["engine"] == "ray") QVERIFY2(run["status"] == "timed-out", run.dump().c_str());
    nothingIsLeft();
}

void RealFaultsTest::existingClusterRunsThePlanAndSurvives()
{
    const QString python = SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/dask/bin/python";
    const auto await = [](QProcess& process, const QByteArray& words) {
        QByteArray said;
        while (!said.contains(words) && process.waitForReadyRead(RealProgram::patienceMs))
            said += process.readAll();
        return said;
    };
    QProcess scheduler;
    scheduler.setProcessChannelMode(QProcess::MergedChannels);
    scheduler.start(python, {"-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
                             "--port", "0", "--no-dashboard"});
    const QByteArray said = await(scheduler, "Scheduler at:");
    const auto found = QRegularExpression("tcp://127[0-9.:]+").match(said);
    QVERIFY2(found.hasMatch(), said.constData());
    QProcess worker;
    worker.setProcessChannelMode(QProcess::MergedChannels);
    worker.start(python, {"-m", "distributed.cli.dask_worker", found.captured(), "--host",
                          "127.0.0.1", "--nthreads", "2", "--no-nanny", "--no-dashboard"});
    QVERIFY(await(worker, "Registered to:").contains("Registered to:"));
    const auto runs =
        program_.call(program_.once(data_, {"--workload", "etl", "--workers", "2", "--engine",
                                            "dask", "--address", found.captured()}));
    QVERIFY2(runs.size() == 1 && runs[0]["status"] == "ok", program_.errors.constData());
    QCOMPARE(runs[0]["enforcement"], "cluster");
    QVERIFY(runs[0]["peak_bytes"].get<double>() > 100e6); // the workers', not the driver's
    QCOMPARE(scheduler.state(), QProcess::Running);
    QCOMPARE(worker.state(), QProcess::Running);
    for (auto* process : {&worker, &scheduler}) {
        process->kill();
        QVERIFY(process->waitForFinished());
    }
}

QTEST_GUILESS_MAIN(RealFaultsTest)
#include "real_faults_test.moc"
