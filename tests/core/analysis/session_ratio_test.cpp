#include "analysis/session_ratio.h"
#include "base/json.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class SessionRatioTest : public QObject {
    Q_OBJECT
private slots:
    void ratiosAreRefusedWithTheReason_data();
    void ratiosAreRefusedWithTheReason();
    void runsOfTwoMachinesInOneSessionAreTwoComparisons();
    void cellsOfBothAreDivided();
    void cellsOfEitherStandSideBySide();
    void theCounterpartIsTheNearest();
};

namespace {

Comparison comparisonOf(const CellKey& changed, const std::string& machine, double seconds = 4)
{
    auto record = etlRun("dask", 2, 1, seconds);
    const auto own = record.cell;
    record.cell = changed;
    record.cell.engine = own.engine;
    record.cell.workers = own.workers;
    record.machine = machine;
    return compare({record}, 4).front();
}

CellKey key()
{
    return etlRun("dask", 2, 1, 1).cell;
}

} // namespace

void SessionRatioTest::ratiosAreRefusedWithTheReason_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<QString>("reason");
    QTest::newRow("same") << 0 << QString();
    QTest::newRow("data") << 1 << "the data differ";
    QTest::newRow("machine") << 2 << "the machine differs";
    QTest::newRow("cluster") << 3 << "the cluster differs, and with it what memory means";
    QTest::newRow("limit") << 4 << "the memory limit differs";
    QTest::newRow("cache") << 5 << "the state of the page cache differs";
    QTest::newRow("workload") << 6 << "the workload differs";
}

void SessionRatioTest::ratiosAreRefusedWithTheReason()
{
    QFETCH(int, change);
    QFETCH(QString, reason);
    auto cell = key();
    if (change == 1) cell.dataset = "another";
    if (change == 3) cell.address = "tcp://10.0.0.1:8786";
    if (change == 4) cell.memoryLimit = 1'000'000'000;
    if (change == 5) cell.cache = CacheState::Cold;
    if (change == 6) cell.workload = "loaded";
    const auto reasons =
        ratioObstacles(comparisonOf(key(), "a"), comparisonOf(cell, change == 2 ? "b" : "a"));
    QCOMPARE(reasons.size(), reason.isEmpty() ? 0u : 1u);
    if (!reasons.empty()) QCOMPARE(QString::fromStdString(reasons[0]), reason);
}

void SessionRatioTest::runsOfTwoMachinesInOneSessionAreTwoComparisons()
{
    std::vector<RunRecord> records{etlRun("dask", 1, 1, 4), etlRun("dask", 2, 1, 2)};
    records[0].machine = "a";
    records[1].machine = "b";
    const auto comparisons = compare(records, 4);
    QCOMPARE(comparisons.size(), 2u);
    QVERIFY(!ratioObstacles(comparisons[0], comparisons[1]).empty());
}

void SessionRatioTest::cellsOfBothAreDivided()
{
    const auto table =
        toJson(sideBySideTable(comparisonOf(key(), "a", 4), comparisonOf(key(), "a", 6)));
    QCOMPARE(table["rows"].size(), 1u);
    QCOMPARE(table["rows"][0]["seconds_ratio"].get<double>(), 1.5);
    QCOMPARE(table["rows"][0]["peak_ratio"].get<double>(), 1.0);
}

void SessionRatioTest::cellsOfEitherStandSideBySide()
{
    const auto first = compare({etlRun("dask", 1, 1, 9), etlRun("dask", 2, 1, 4)}, 4).front();
    auto runs = std::vector{etlRun("ray", 2, 1, 5), etlRun("dask", 2, 1, 6)};
    runs.push_back(failedRun("polars", 2, 1, RunStatus::Failed, "exit code 1"));
    for (const char* machine : {"", "another"}) {
        for (auto& run : runs)
            run.machine = machine;
        const auto rows = toJson(sideBySideTable(first, compare(runs, 4).front()))["rows"];
        QStringList cells; // what neither has figures of is left out
        for (const auto& row : rows)
            cells << QStringLiteral("%1 %2")
                         .arg(row["engine"].get<std::string>().c_str())
                         .arg(row["workers"].get<int>());
        QCOMPARE(cells, QStringList({"Dask 1", "Dask 2", "Ray 2"}));
        QVERIFY(rows[0]["seconds_second"].is_null());
        QCOMPARE(rows[1]["seconds_second"].get<double>(), 6.0);
        QCOMPARE(rows[2]["peak_mb_second"].get<double>(), 80.0);
        QCOMPARE(rows[1].contains("seconds_ratio"), *machine == '\0');
    }
}

void SessionRatioTest::theCounterpartIsTheNearest()
{
    auto limited = key();
    limited.memoryLimit = 1'000'000'000;
    const std::vector<Comparison> others{comparisonOf(limited, "a"), comparisonOf(key(), "a")};
    QCOMPARE(counterpart(comparisonOf(key(), "a"), others), &others[1]);
    QVERIFY(!counterpart(comparisonOf(key(), "a"), {}));
}

SPILLWAY_TESTS(SessionRatioTest, QCoreApplication)
#include "session_ratio_test.moc"
