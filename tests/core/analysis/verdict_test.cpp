#include "analysis/comparison.h"
#include "records.h"

#include <QtTest>

using namespace spillway;

namespace {

const std::map<std::string, bool> deployable{
    {"polars", true}, {"duckdb", true}, {"dask", true}, {"chunked", false}};

std::string verdictOf(const std::vector<RunRecord>& records,
                      std::optional<Bytes> limit = std::nullopt)
{
    return verdict(compare(records, 4).front(), deployable, limit);
}

} // namespace

class VerdictTest : public QObject {
    Q_OBJECT
private slots:
    void namesTheFastestWithItsEvidence();
    void overlappingIntervalsShowNoDifference();
    void tooFewRunsCallNobodySlower();
    void twinsAreReferenceOnly();
    void cellsAboveTheLimitAreNoCandidates();
    void nothingFinishedSaysWhyAndWhatToTry();
    void nothingRunYet();
    void anEngineOfTheUsersOwnCanBeRecommended();
};

void VerdictTest::namesTheFastestWithItsEvidence()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "duckdb", 2, {9, 9, 9, 9, 9, 9});
    addRuns(records, "polars", 4, {8.6, 8.6, 8.7, 8.7, 8.8, 8.9});
    QCOMPARE(verdictOf(records, 8'000'000'000),
             std::string("Fastest within 8.00 GB on large_data.csv: DuckDB, 4 workers, 6.2 s "
                         "(6.0–6.5), 80.0 MB peak, 6 runs. 1.4× faster than Polars, 8.7 s "
                         "(8.6–8.9)."));
}

void VerdictTest::overlappingIntervalsShowNoDifference()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "polars", 4, {6.3, 6.4, 6.5, 6.5, 6.6, 6.9});
    const auto text = verdictOf(records);
    QVERIFY(text.starts_with("No difference shown between DuckDB (6.2 s (6.0–6.5)) and Polars"));
    QVERIFY(text.ends_with("Choose by memory, or run 6 more."));
}

void VerdictTest::tooFewRunsCallNobodySlower()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1});
    addRuns(records, "polars", 4, {9.0, 9.1, 9.2});
    const auto text = verdictOf(records);
    QVERIFY2(text.find("Too few runs to call Polars slower (9.1 s (9.0–9.2)); run 4 more.") !=
                 std::string::npos,
             text.c_str());
}

void VerdictTest::twinsAreReferenceOnly()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 4, {1.9});
    QCOMPARE(verdictOf(records),
             std::string("Spillway's own engine (Chunked, 4 workers): 1.9 s, 80.0 MB peak, 1 run. "
                         "Reference only, not a library you can deploy."));
    addRuns(records, "polars", 1, {5});
    const auto text = verdictOf(records);
    QVERIFY(text.starts_with("Fastest on large_data.csv: Polars, 1 worker, 5.0 s"));
    QVERIFY(text.ends_with("Reference only, not a library you can deploy."));
}

void VerdictTest::cellsAboveTheLimitAreNoCandidates()
{
    std::vector<RunRecord> records;
    addRuns(records, "polars", 4, {1});
    records.back().peakBytes = 3'000'000'000;
    addRuns(records, "polars", 1, {5});
    QVERIFY(verdictOf(records, 2'000'000'000).find("Polars, 1 worker, 5.0 s") != std::string::npos);
    QVERIFY(verdictOf(records, 4'000'000'000).find("Polars, 4 workers") != std::string::npos);
}

void VerdictTest::nothingFinishedSaysWhyAndWhatToTry()
{
    auto record = failedRun("dask", 2, 1, RunStatus::MemoryLimit,
                            "Stopped by Spillway at 2.1 GB (limit 2.0 GB), during load.");
    record.cell.memoryLimit = 2'000'000'000;
    QCOMPARE(verdictOf({record}),
             std::string("Nothing finished within 2.00 GB. Dask: Stopped by Spillway at 2.1 GB "
                         "(limit 2.0 GB), during load. Try 4.00 GB."));
}

void VerdictTest::nothingRunYet()
{
    QCOMPARE(verdict(Comparison{}, deployable, std::nullopt),
             std::string("No finished runs yet. Points appear after the first run."));
}

void VerdictTest::anEngineOfTheUsersOwnCanBeRecommended()
{
    std::vector<RunRecord> records;
    addRuns(records, "my-script", 1, {300});
    QVERIFY(verdictOf(records).starts_with(
        "Fastest on large_data.csv: my-script, 1 worker, 5.0 min, 80.0 MB peak, 1 run."));
}

QTEST_APPLESS_MAIN(VerdictTest)
#include "verdict_test.moc"
