#include "analysis/recommendation.h"
#include "base/json.h"
#include "records.h"
#include "suites/suites.h"
#include "workloads/logreg/logreg_result.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

namespace {

std::string verdictOf(const std::vector<RunRecord>& records,
                      std::optional<Bytes> limit = std::nullopt)
{
    return verdict(compare(records, 4, {.engines = catalogueWithReferences()}).front(), limit);
}

bool holds(const std::vector<std::string>& lines, const std::string& line)
{
    return std::ranges::find(lines, line) != lines.end();
}

} // namespace

/// The sentences of interface.md, "Words".
class VerdictTest : public QObject {
    Q_OBJECT
private slots:
    void namesTheFastestWithItsEvidence();
    void closeRatiosHaveTheDigitsThatTellThem();
    void noDifferenceShownIsAVerdict();
    void everyTiedEngineIsNamed();
    void tooFewRunsCallNobodySlower();
    void runsOfDifferentRoundsAreNotCompared();
    void twinsAreReferenceOnly();
    void aUsersEngineThatNobodyCanDeployIsReferenceOnly();
    void nothingFinishedSaysHowFarAndWhatToTry();
    void nothingFinishedWithoutAShareSaysWhy();
    void nothingRunYet();
    void refusedEnginesHaveNotFailed();
    void fourOfFiveFinishedIsNotNothing();
    void oldFailuresUnderOtherSettingsAreNoVerdict();
    void whatWasSkippedAndRunAgainIsLeftOut();
    void aLongerTimeoutLeavesOlderOnesOut_data();
    void aLongerTimeoutLeavesOlderOnesOut();
    void anEngineOfTheUsersOwnCanBeRecommended();
    void remarksTellMemoryWorkersDoubtsAndFailures();
    void memoryThatHardlyDiffersIsNotAFactor();
    void aFasterModelThatIsWorseIsSaidToBe();
    void anUncheckedWinnerIsSaidToBeUnchecked();
    void nextRunsFollowFromWhatIsMissing();
};

void VerdictTest::namesTheFastestWithItsEvidence()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "duckdb", 2, {9, 9, 9, 9, 9, 9});
    addRuns(records, "polars", 4, {8.6, 8.6, 8.7, 8.7, 8.8, 8.9});
    QCOMPARE(verdictOf(records, 8'000'000'000),
             std::string("Fastest within 8 GB on large_data.csv: DuckDB, 4 workers, 6.2 s "
                         "(6.0–6.5), 80 MB peak; 1.4× (1.4–1.4) faster than Polars. 6 runs each."));
    records.pop_back();
    const auto text = verdictOf(records);
    QVERIFY2(text.ends_with("faster than Polars. 6 and 5 runs."), text.c_str());
}

void VerdictTest::closeRatiosHaveTheDigitsThatTellThem()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {1.0, 1.1, 1.2, 1.0, 1.1, 1.2});
    addRuns(records, "polars", 4, {1.04, 1.15, 1.25, 1.05, 1.15, 1.24});
    const auto text = verdictOf(records);
    QVERIFY2(text.find("; 1.04× (1.04–1.05) faster than Polars.") != std::string::npos,
             text.c_str());
}

void VerdictTest::noDifferenceShownIsAVerdict()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.9, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "polars", 2, {6.9, 6.3, 6.4, 6.5, 6.1, 6.6});
    QCOMPARE(verdictOf(records),
             std::string("No difference shown on large_data.csv between DuckDB (4 workers, 6.2 s, "
                         "80 MB) and Polars (2 workers, 6.5 s, 80 MB). Choose by memory, or run 6 "
                         "more."));
    QCOMPARE(recommendationOf(records).kind, RecommendationKind::NoDifference);
}

void VerdictTest::everyTiedEngineIsNamed()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.9, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "polars", 4, {6.9, 6.3, 6.4, 6.5, 6.1, 6.6});
    addRuns(records, "dask", 4, {6.8, 6.4, 6.6, 6.6, 6.0, 6.7});
    addRuns(records, "my-script", 4, {30, 31, 30, 31, 30, 31});
    const auto text = verdictOf(records);
    for (const char* name : {"DuckDB (", ", Polars (", " and Dask ("})
        QVERIFY2(text.find(name) != std::string::npos, text.c_str());
    QVERIFY(text.find("my-script") == std::string::npos);
}

void VerdictTest::tooFewRunsCallNobodySlower()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1});
    addRuns(records, "polars", 4, {9.0, 9.1, 9.2});
    QCOMPARE(verdictOf(records),
             std::string("Probably DuckDB, 4 workers (6.0 s). 3 more repeats decide between it and "
                         "Polars."));
    // The figure is what a verdict is still short of: with so many more there is one.
    std::vector<RunRecord> four;
    addRuns(four, "duckdb", 4, {6.0, 6.1, 6.2, 6.1});
    addRuns(four, "polars", 4, {9.0, 9.1, 9.2, 9.1, 9.0});
    QCOMPARE(verdictOf(four),
             std::string("Probably DuckDB, 4 workers (6.1 s). 1 more repeat decides between it and "
                         "Polars."));
    std::vector<RunRecord> five;
    addRuns(five, "duckdb", 4, {6.0, 6.1, 6.2, 6.1, 6.0});
    addRuns(five, "polars", 4, {9.0, 9.1, 9.2, 9.1, 9.0});
    QCOMPARE(recommendationOf(five).kind, RecommendationKind::Winner);
}

void VerdictTest::runsOfDifferentRoundsAreNotCompared()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "polars", 4, {8.6, 8.6, 8.7, 8.7, 8.8, 8.9});
    for (std::size_t i = 6; i < records.size(); ++i)
        records[i].planId = 2;
    const auto text = verdictOf(records);
    QVERIFY2(text.ends_with("Polars did not run in the same rounds: 5 of each together decide."),
             text.c_str());
}

void VerdictTest::twinsAreReferenceOnly()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 4, {1.9});
    const std::string twin =
        "Spillway's own engine: 1.9 s. Reference only, not a library you can deploy.";
    QCOMPARE(verdictOf(records), twin);
    addRuns(records, "polars", 1, {5});
    const auto found =
        recommend(compare(records, 4, {.engines = catalogueWithReferences()}).front(), {});
    QVERIFY2(sentence(found).starts_with("Fastest on large_data.csv: Polars, 1 worker, 5.0 s"),
             sentence(found).c_str());
    QVERIFY(sentence(found).find("own engine") == std::string::npos);
    QCOMPARE(remarks(found).front(), twin);
}

void VerdictTest::aUsersEngineThatNobodyCanDeployIsReferenceOnly()
{
    std::vector<RunRecord> records;
    addRuns(records, "awk", 4, {1.9});
    const std::string reference =
        "A line of awk: 1.9 s. Reference only, not a library you can deploy.";
    QCOMPARE(verdictOf(records), reference);
    addRuns(records, "my-engine", 1, {5});
    const auto found = recommendationOf(records);
    QVERIFY2(sentence(found).starts_with("Fastest on large_data.csv: My engine, 1 worker, 5.0 s"),
             sentence(found).c_str());
    QCOMPARE(remarks(found).front(), reference);
    QCOMPARE(verdictOf({failedRun("awk", 2, 1, RunStatus::Failed, "It broke.")}),
             std::string("The reference A line of awk: It broke."));
}

void VerdictTest::nothingFinishedSaysHowFarAndWhatToTry()
{
    std::vector<RunRecord> records;
    for (const char* engine : {"dask", "duckdb"}) {
        records.push_back(failedRun(engine, 2, 1, RunStatus::MemoryLimit,
                                    "Stopped by Spillway at 2.1 GB (limit 2.0 GB), during load."));
        records.back().rows = engine == std::string("dask") ? 610 : 300;
    }
    for (auto& record : records)
        record.cell.memoryLimit = 2'000'000'000;
    auto comparison = compare(records, 4).front();
    comparison.rows = 1000;
    QCOMPARE(verdict(comparison, {}),
             std::string("Nothing finished within 2 GB. Dask got furthest (61 %). Try 4 GB."));
}

void VerdictTest::nothingFinishedWithoutAShareSaysWhy()
{
    auto record = failedRun("dask", 2, 1, RunStatus::MemoryLimit,
                            "Stopped by Spillway at 2.1 GB (limit 2.0 GB), during load.");
    record.cell.memoryLimit = 2'000'000'000;
    QCOMPARE(verdictOf({record}),
             std::string("Nothing finished within 2 GB. Dask: Stopped by Spillway at 2.1 GB "
                         "(limit 2.0 GB), during load. Try 4 GB."));
}

void VerdictTest::nothingRunYet()
{
    QCOMPARE(verdict(Comparison{}, std::nullopt),
             std::string("No finished runs yet. Points appear after the first run."));
}

void VerdictTest::refusedEnginesHaveNotFailed()
{
    const auto refused = failedRun("polars", 2, 1, RunStatus::Unsupported,
                                   "Polars has no logistic regression. Nothing was run.");
    QCOMPARE(recommendationOf({refused}).kind, RecommendationKind::NothingRun);
}

void VerdictTest::fourOfFiveFinishedIsNotNothing()
{
    for (const auto& [engine, opening] :
         {std::pair("polars", "No engine finished all its runs on large_data.csv. Polars: "),
          std::pair("chunked", "Spillway's own engine Chunked: ")}) {
        std::vector<RunRecord> records;
        addRuns(records, engine, 2, {1.0, 1.1, 1.2, 1.3});
        records.push_back(failedRun(engine, 2, 5, RunStatus::Failed, "It broke."));
        QCOMPARE(verdictOf(records),
                 std::string(opening) + "1 of 5 runs failed with 2 workers: It broke.");
    }
    auto refused =
        failedRun("duckdb", 2, 1, RunStatus::Unsupported, "DuckDB has no logistic regression.");
    QCOMPARE(verdictOf({refused}),
             std::string("Nothing to compare: no engine of the plan can do this."));
    QVERIFY(holds(remarks(recommendationOf({refused})),
                  "Not compared: DuckDB (no logistic regression)."));
}

void VerdictTest::oldFailuresUnderOtherSettingsAreNoVerdict()
{
    // A first plan with a time-out of a second; in a second one all runs finish.
    std::vector<RunRecord> records;
    for (int repeat = 1; repeat <= 5; ++repeat) {
        records.push_back(
            failedRun("polars", 2, repeat, RunStatus::TimedOut, "Not finished after 1 s."));
        records.back().wallSeconds = 1.3;
    }
    addRuns(records, "polars", 2, {5.0, 5.1, 5.2, 5.0, 5.1});
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].id = static_cast<std::int64_t>(i) + 1;
        records[i].planId = i < 5 ? 1 : 2;
        if (i >= 5) records[i].wallSeconds = 6;
    }
    auto found = recommendationOf(records);
    QVERIFY2(sentence(found).starts_with("Fastest on large_data.csv: Polars, 2 workers, 5.1 s"),
             sentence(found).c_str());
    QVERIFY(std::ranges::find(found.leader->flags, "older-settings-left-out") !=
            found.leader->flags.end());
    // A failure that the newest runs do not explain away stays one.
    records.front().status = RunStatus::Failed;
    QCOMPARE(recommendationOf(records).kind, RecommendationKind::SomeFailed);
    // Of another version of the engine nothing counts, finished or not.
    for (auto& record : records)
        record.engineVersion = record.planId == 1 ? "1.0" : "2.0";
    QCOMPARE(recommendationOf(records).kind, RecommendationKind::Winner);
}

void VerdictTest::whatWasSkippedAndRunAgainIsLeftOut()
{
    std::vector<RunRecord> records;
    for (int repeat = 1; repeat <= 5; ++repeat) {
        records.push_back(failedRun(
            "polars", 2, repeat, repeat < 3 ? RunStatus::Failed : RunStatus::Skipped, "Broken."));
        records.push_back(etlRun("polars", 2, repeat, 5 + 0.01 * repeat));
    }
    for (std::size_t i = 0; i < records.size(); ++i)
        records[i].id = static_cast<std::int64_t>(i) + 1;
    const auto cell = compare(records, 2).front().lines.front().cells.front();
    QCOMPARE(cell.statuses, (std::map<RunStatus, int>{{RunStatus::Ok, 5}}));
    QVERIFY(!cell.firstError);
}

void VerdictTest::aLongerTimeoutLeavesOlderOnesOut_data()
{
    QTest::addColumn<double>("first"); // time-outs of the first plan and the second, 0: not told
    QTest::addColumn<double>("second");
    QTest::addColumn<double>("seconds"); // that runs of the second plan took
    QTest::addColumn<bool>("leftOut");
    QTest::newRow("longer, and hardly needed") << 60.0 << 600.0 << 61.0 << true;
    QTest::newRow("the same, and a slow end") << 60.0 << 60.0 << 70.0 << false;
    QTest::newRow("shorter") << 60.0 << 30.0 << 20.0 << false;
    QTest::newRow("not told, ran for longer") << 0.0 << 600.0 << 90.0 << true;
    QTest::newRow("not told, ran for as long") << 0.0 << 600.0 << 61.0 << false;
}

void VerdictTest::aLongerTimeoutLeavesOlderOnesOut()
{
    QFETCH(double, first);
    QFETCH(double, second);
    QFETCH(double, seconds);
    QFETCH(bool, leftOut);
    std::vector<RunRecord> records{
        failedRun("polars", 2, 1, RunStatus::TimedOut, "Not finished after 1 min.")};
    records.front().wallSeconds = 60.5;
    if (first > 0) records.front().timeout = Seconds(first);
    addRuns(records, "polars", 2, {5.0, 5.1});
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].id = static_cast<std::int64_t>(i) + 1;
        if (i == 0) continue;
        records[i].planId = 2; // not in the place of the first
        records[i].timeout = Seconds(second);
        records[i].wallSeconds = seconds;
    }
    const auto kind = recommendationOf(records).kind;
    QVERIFY((kind == RecommendationKind::SomeFailed) != leftOut);
}

void VerdictTest::anEngineOfTheUsersOwnCanBeRecommended()
{
    std::vector<RunRecord> records;
    addRuns(records, "my-script", 1, {300});
    QCOMPARE(verdictOf(records), std::string("Fastest on large_data.csv: my-script, 1 worker, 5.0 "
                                             "min, 80 MB peak. 1 run."));
}

void VerdictTest::remarksTellMemoryWorkersDoubtsAndFailures()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 1, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "duckdb", 2, {5.9, 6.0, 6.1, 6.1, 6.2, 6.4});
    addRuns(records, "polars", 2, {8.6, 8.6, 8.7, 8.7, 8.8, 8.9});
    for (auto& record : records)
        if (record.cell.engine == "polars") record.peakBytes = 20'000'000;
    records[7].flags = {"noisy"};
    records.push_back(failedRun("dask", 2, 1, RunStatus::TimedOut,
                                "Not finished after 10 min; real time unknown."));
    const auto lines = remarks(recommendationOf(records));
    QVERIFY(holds(lines,
                  "Polars needs the least memory: 20 MB, 8.7 s; DuckDB needs 4.0 times as much."));
    QVERIFY(holds(lines, "More than 1 worker gain DuckDB less than 10 %."));
    QVERIFY(holds(lines, "DuckDB, 2 workers: other programs were using the CPU."));
    QVERIFY(holds(lines, "Ruled out: Dask: Not finished after 10 min; real time unknown."));
    QCOMPARE(lines.size(), 4u);
}

void VerdictTest::memoryThatHardlyDiffersIsNotAFactor()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 1, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "polars", 1, {8.6, 8.6, 8.7, 8.7, 8.8, 8.9});
    for (auto& record : records)
        record.peakBytes = record.cell.engine == "polars" ? 98'000'000 : 99'000'000;
    QVERIFY(holds(remarks(recommendationOf(records)),
                  "Polars needs the least memory: 98 MB, 8.7 s; DuckDB needs about as much."));
}

void VerdictTest::aFasterModelThatIsWorseIsSaidToBe()
{
    std::vector<RunRecord> records;
    for (const auto& [engine, seconds, accuracy] :
         {std::tuple("dask", 1.0, 0.36), std::tuple("ray", 2.0, 0.696)}) {
        records.push_back(etlRun(engine, 2, 1, seconds));
        LogregResult fit;
        fit.testAccuracy = accuracy;
        records.back().workload = LogregWorkload{};
        records.back().result = fit;
    }
    const auto lines = remarks(recommendationOf(records));
    QVERIFY(holds(lines, "Dask is behind in accuracy: 36.0 %, against 69.6 % of Ray."));
    QCOMPARE(lines.size(), 1u);
}

void VerdictTest::anUncheckedWinnerIsSaidToBeUnchecked()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 4, {6.0, 6.1, 6.2, 6.2, 6.3, 6.5});
    addRuns(records, "polars", 4, {8.6, 8.6, 8.7, 8.7, 8.8, 8.9});
    QVERIFY(verdictOf(records).find("checked") == std::string::npos);
    for (auto& record : records)
        if (record.cell.engine == "duckdb") record.flags = {"unchecked"};
    const auto found = recommendationOf(records);
    QVERIFY2(sentence(found).ends_with(" Not checked: the result of DuckDB."),
             sentence(found).c_str());
    const auto table = recommendationTable(found);
    QCOMPARE(std::get<std::string>(table.rows.front()[2]), std::string("leader, unchecked"));
    QCOMPARE(toJson(found)["leader"]["flags"].back().get<std::string>(), std::string("unchecked"));
    // Of those that share the first place each is named.
    for (auto& record : records) {
        const bool first = record.cell.engine == "duckdb";
        record.seconds = 6.0 + 0.1 * (first ? record.repeat : 7 - record.repeat);
        record.flags = {"unchecked"};
    }
    QVERIFY2(verdictOf(records).find(" Not checked: the results of ") != std::string::npos,
             verdictOf(records).c_str());
    // One that came second is flagged beside the sentence.
    for (auto& record : records) {
        const bool slower = record.cell.engine == "polars";
        record.seconds = (slower ? 8.0 : 6.0) + 0.1 * record.repeat;
        record.flags = slower ? std::vector<std::string>{"unchecked"} : std::vector<std::string>{};
    }
    QVERIFY(verdictOf(records).find("checked") == std::string::npos);
    QVERIFY(holds(remarks(recommendationOf(records)), "Polars, 4 workers: result not checked."));
}

void VerdictTest::nextRunsFollowFromWhatIsMissing()
{
    std::vector<RunRecord> records;
    addRuns(records, "duckdb", 2, {6.0, 6.1});
    QVERIFY(holds(
        nextRuns(recommendationOf(records)),
        "Run another engine: no other one finished, so there is nothing to compare DuckDB with."));
    QVERIFY(holds(nextRuns(recommendationOf(records)),
                  "Run more than 2 workers: the machine has more cores."));
    addRuns(records, "polars", 4, {9.0, 9.1, 9.2});
    QVERIFY(holds(nextRuns(recommendationOf(records)),
                  "Run 3 more repeats of DuckDB, 2 workers · Polars, 4 workers in one plan: only "
                  "runs of the same round are compared."));
    QVERIFY(holds(nextRuns(recommendationOf(records, 50'000'000)),
                  "Run DuckDB with a memory limit of 50 MB: knowing the limit, it may use less."));
}

SPILLWAY_TESTS(VerdictTest, QCoreApplication)
#include "verdict_test.moc"
