#include "base/json.h"
#include "shell_program.h"
#include "suites/suites.h"

#include "session/session_store.h"

#include <QtTest>

using namespace spillway;

/// A kind of work that reads no data, through the real program on Spillway's own engine.
class NoDataTest : public QObject {
    Q_OBJECT
private slots:
    void itRunsIsCheckedAndComparedWithoutData();
    void itGoesOnFromItsSessionAndItsPlanFile();
    void itIsExported();
    void whatDoesNotFitIsRefused_data();
    void whatDoesNotFitIsRefused();

private:
    auto spillway(const QStringList& arguments) const { return program_.run(arguments); }
    QString path(const char* name) const { return program_.path(name); }
    QStringList small(const QStringList& more) const
    {
        return QStringList{"run",
                           "--workload",
                           "array",
                           "--param",
                           "n=300",
                           "--param",
                           "c=70",
                           "--engine",
                           "chunked",
                           "--workers",
                           "1,2",
                           "--repeats",
                           "2",
                           "--warmup",
                           "0",
                           "--session",
                           path("s.spillway")} +
               more;
    }

    const testing::ShellProgram program_;
};

void NoDataTest::itRunsIsCheckedAndComparedWithoutData()
{
    const auto ran = spillway(small({"--json"}));
    QVERIFY2(ran.exitCode == 0, ran.err.constData());
    QCOMPARE(ran.lines().size(), 4);
    for (const auto& run : ran.lines()) {
        QCOMPARE(run["status"], Json("ok"));
        QCOMPARE(run["workload"], Json("array"));
        QCOMPARE(run["result"]["table"]["rows"].size(), 300U);
        QVERIFY(run["result"]["measures"]["gb_per_second"].get<double>() > 0);
        QVERIFY(run["result"]["measures"]["balance"].get<double>() >= 0.99);
        const auto flags = run["flags"].get<std::vector<std::string>>();
        QVERIFY(std::ranges::find(flags, "unchecked") == flags.end());
    }
    const auto compared = spillway({"compare", path("s.spillway")});
    QVERIFY2(compared.exitCode == 0, compared.err.constData());
    QVERIFY2(compared.out.contains("Array, GB/s"), compared.out.constData());
    const auto json = spillway({"compare", path("s.spillway"), "--json"});
    QVERIFY2(json.out.contains("this machine"), json.out.left(2000).constData());
}

void NoDataTest::itGoesOnFromItsSessionAndItsPlanFile()
{
    const auto again = spillway({"run", "--session", path("s.spillway"), "--continue", "--json"});
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QVERIFY2(again.out.isEmpty(), again.out.constData());
    const auto printed = spillway(small({"--dry-run", "--json"}));
    QVERIFY2(printed.exitCode == 0, printed.err.constData());
    const Json plan = printed.lines().front()["plan"];
    QCOMPARE(plan["datasets"], Json::array());
    QFile file(path("plan.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(toLine(plan)));
    file.close();
    const auto ran = spillway(
        {"run", path("plan.json"), "--session", path("s.spillway"), "--continue", "--json"});
    QVERIFY2(ran.exitCode == 0, ran.err.constData());
    QVERIFY2(ran.out.isEmpty(), ran.out.constData());
}

void NoDataTest::itIsExported()
{
    const auto exported =
        spillway({"export", path("s.spillway"), "--out", path("out"), "--format", "csv,json,md"});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    QFile runs(path("out/runs.csv"));
    QVERIFY(runs.open(QIODevice::ReadOnly));
    QVERIFY(runs.readLine().contains("gb_per_second"));
}

void NoDataTest::whatDoesNotFitIsRefused_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("data for work that reads none")
        << QStringList{"--data", "none.csv"} << QByteArray("The workload array reads no data.");
    QTest::newRow("a table for it")
        << QStringList{"--input", "t=none.csv"} << QByteArray("Leave out --data and --input.");
    QTest::newRow("no chunk") << QStringList{"--param", "c=0"} << QByteArray("from 10 to 50000");
    QTest::newRow("another kind's parameter")
        << QStringList{"--param", "solver=sgd"} << QByteArray("solver");
}

void NoDataTest::whatDoesNotFitIsRefused()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, words);
    const auto ran = spillway(small(options));
    QCOMPARE(ran.exitCode, 2);
    QVERIFY2(ran.err.contains(words), ran.err.constData());
}

SPILLWAY_TESTS(NoDataTest, QCoreApplication)
#include "no_data_test.moc"
