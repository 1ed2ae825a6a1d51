#include "analysis/limit_ladder.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

/// Who survives with less and less memory.
class LimitLadderTest : public QObject {
    Q_OBJECT
private slots:
    void stepsGoFromMuchMemoryToLittle();
    void whoSurvivesTheLeastComesFirst();
    void aStepWithoutRunsOfAnEngineStaysEmpty();
    void oneFailedRepeatIsNotSurvival();
    void otherDataAreOnALadderOfTheirOwn();

private:
    static void add(std::vector<RunRecord>& records, const char* engine, std::optional<Bytes> limit,
                    std::optional<double> seconds, int repeat = 1);
    static LimitLadder ladderOf(const std::vector<Comparison>& all)
    {
        return limitLadder(all.front(), all);
    }
};

void LimitLadderTest::add(std::vector<RunRecord>& records, const char* engine,
                          std::optional<Bytes> limit, std::optional<double> seconds, int repeat)
{
    records.push_back(seconds ? etlRun(engine, 2, repeat, *seconds)
                              : failedRun(engine, 2, repeat, RunStatus::MemoryLimit, "Stopped."));
    records.back().cell.memoryLimit = limit;
}

void LimitLadderTest::stepsGoFromMuchMemoryToLittle()
{
    std::vector<RunRecord> records;
    for (const std::optional<Bytes> limit :
         {std::optional<Bytes>(500), std::optional<Bytes>(), std::optional<Bytes>(1000)})
        add(records, "duckdb", limit, 2);
    const auto all = compare(records, 4);
    const auto ladder = ladderOf(all);
    QCOMPARE(ladder.steps.size(), std::size_t(3));
    QVERIFY(!ladder.steps[0]->key.memoryLimit);
    QCOMPARE(ladder.steps[1]->key.memoryLimit, std::optional<Bytes>(1000));
    QCOMPARE(ladder.steps[2]->key.memoryLimit, std::optional<Bytes>(500));
    QCOMPARE(ladder.rows.front().smallest, std::optional<std::size_t>(2));
}

void LimitLadderTest::whoSurvivesTheLeastComesFirst()
{
    std::vector<RunRecord> records;
    add(records, "polars", 1000, 1);
    add(records, "polars", 500, std::nullopt);
    add(records, "duckdb", 1000, 3);
    add(records, "duckdb", 500, 9);
    add(records, "dask", 1000, 4);
    add(records, "dask", 500, 5);
    add(records, "pandas", 1000, std::nullopt);
    add(records, "pandas", 500, std::nullopt);
    add(records, "chunked", 500, 0.1);
    const auto all = compare(records, 4, {.engines = catalogueWithReferences()});
    std::vector<std::string> order;
    for (const auto& row : ladderOf(all).rows)
        order.push_back(row.engine);
    QCOMPARE(order, (std::vector<std::string>{"dask", "duckdb", "polars", "pandas", "chunked"}));
}

void LimitLadderTest::aStepWithoutRunsOfAnEngineStaysEmpty()
{
    std::vector<RunRecord> records;
    add(records, "polars", 1000, 1);
    add(records, "duckdb", 500, 2);
    const auto all = compare(records, 4);
    const auto ladder = ladderOf(all);
    QCOMPARE(ladder.rows[0].engine, std::string("duckdb"));
    QVERIFY(!ladder.rows[0].at[0] && ladder.rows[0].at[1]);
    QVERIFY(ladder.rows[1].at[0] && !ladder.rows[1].at[1]);
}

void LimitLadderTest::oneFailedRepeatIsNotSurvival()
{
    std::vector<RunRecord> records;
    add(records, "polars", 1000, 1, 1);
    add(records, "polars", 1000, std::nullopt, 2);
    const auto all = compare(records, 4);
    const auto ladder = ladderOf(all);
    QVERIFY(!survives(*ladder.rows[0].at[0]) && !ladder.rows[0].smallest);
}

void LimitLadderTest::otherDataAreOnALadderOfTheirOwn()
{
    std::vector<RunRecord> records;
    add(records, "polars", 1000, 1);
    add(records, "polars", 500, 1);
    records.back().cell.dataset = "other";
    const auto all = compare(records, 4);
    QCOMPARE(ladderOf(all).steps.size(), std::size_t(1));
}

SPILLWAY_TESTS(LimitLadderTest, QCoreApplication)
#include "limit_ladder_test.moc"
