#include "analysis/ranking.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

/// The order of the engines, and what is said of each.
class RankingTest : public QObject {
    Q_OBJECT
private slots:
    void linesAreOrderedByTheirFastestCell();
    void failuresStandInTheirPlaceWithTheirCause();
    void otherCountsThatFailedAreNamed();
};

void RankingTest::linesAreOrderedByTheirFastestCell()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 1, {4, 5, 6});
    addRuns(records, "duckdb", 2, {2.5, 2.6, 2.7});
    addRuns(records, "polars", 1, {2, 2.1, 2.2});
    addRuns(records, "polars", 2, {3, 3.1, 3.2});
    const auto rows = ranking(compare(records, 4).front());
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[0].engine, std::string("polars"));
    QCOMPARE(rows[0].cell->workers, 1);
    QCOMPARE(rows[0].seconds->median, 2.1);
    QCOMPARE(rows[0].runs, 3);
    QCOMPARE(rows[1].cell->workers, 2);
    QCOMPARE(rows[1].peakBytes->median, 80e6);
    QVERIFY(!rows[1].failure && rows[1].why.empty());
    const auto lines = fastestFirst(compare(records, 4).front()).lines;
    QCOMPARE(lines[0].engine, std::string("polars"));
    QCOMPARE(lines[1].engine, std::string("duckdb"));
}

void RankingTest::failuresStandInTheirPlaceWithTheirCause()
{
    std::vector<RunRecord> records{
        failedRun("dask", 1, 1, RunStatus::MemoryLimit, "Stopped at 2.1 GB."),
        failedRun("ray", 1, 1, RunStatus::Unsupported, "Ray has no such thing.")};
    addRuns(records, "pandas", 1, {1, 1});
    records.push_back(failedRun("pandas", 1, 3, RunStatus::Failed, "It broke."));
    addRuns(records, "duckdb", 1, {9});
    const auto rows = ranking(compare(records, 4).front());
    std::vector<std::string> engines;
    for (const auto& row : rows)
        engines.push_back(row.engine);
    // What always finished comes before what is faster and did not.
    QCOMPARE(engines, (std::vector<std::string>{"duckdb", "pandas", "dask", "ray"}));
    QCOMPARE(rows[1].failures, 1);
    QCOMPARE(rows[1].runs, 3);
    QCOMPARE(rows[1].why, std::string("It broke."));
    QCOMPARE(rows[2].failure, std::optional(RunStatus::MemoryLimit));
    QCOMPARE(rows[2].why, std::string("Stopped at 2.1 GB."));
    QVERIFY(!rows[3].failure);
    QCOMPARE(rows[3].why, std::string("Ray has no such thing."));
}

void RankingTest::otherCountsThatFailedAreNamed()
{
    std::vector<RunRecord> records{
        failedRun("dask", 1, 1, RunStatus::MemoryLimit, "Stopped at 2.1 GB."),
        failedRun("dask", 4, 1, RunStatus::Failed, "It broke.")};
    addRuns(records, "dask", 2, {3});
    const auto rows = ranking(compare(records, 4).front());
    QCOMPARE(rows[0].cell->workers, 2);
    QCOMPARE(rows[0].failedWorkers, (std::vector<int>{1, 4}));
    QVERIFY(!rows[0].failure);
}

SPILLWAY_TESTS(RankingTest, QCoreApplication)
#include "ranking_test.moc"
