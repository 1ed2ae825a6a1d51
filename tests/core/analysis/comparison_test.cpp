#include "analysis/comparison.h"
#include "analysis/methods.h"
#include "analysis/ranking.h"
#include "analysis/recommendation.h"
#include "analysis/short_table.h"
#include "records.h"
#include "suites/suites.h"
#include "workloads/logreg/logreg_result.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

namespace {

bool hasFlag(const CellSummary& cell, const std::string& flag)
{
    return std::find(cell.flags.begin(), cell.flags.end(), flag) != cell.flags.end();
}

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT
private slots:
    void keysThatDifferAreNeverOnOneChart();
    void warmUpsAreLeftOut();
    void failedRepeatsAreCountedAndLeftOutOfStatistics();
    void causesNameTheirFileWithoutItsFolders();
    void speedupAndEfficiencyDivideByTheBaseline();
    void baselineIsTheCountMostLinesShare();
    void missingBaselineGivesNoRatio();
    void refusedEnginesKeepTheirReason();
    void runsThatWereNotMeasuredWellDoNotCount();
    void flagsSayWhatIsDoubtful();
    void accuracyAndMajorityComeFromResults();
    void formulasNameTheBaseline();
    void rowsComeFromAFinishedRun();
    void setupCountsAsTimeWhereItIsAskedTo();
    void excludedRunsAreInNothingButTheirList();
    void anEngineWhoseRunsAreAllExcludedIsNotJudged();
    void excludedRunsAreSaidWithTheVerdict();
};

void ComparisonTest::excludedRunsAreInNothingButTheirList()
{
    std::vector<RunRecord> records;
    addRuns(records, "polars", 2, {1, 1.1, 9});
    records.push_back(failedRun("polars", 2, 4, RunStatus::MemoryLimit, "Stopped."));
    addRuns(records, "duckdb", 2, {2, 2.1, 2.2});
    const auto before = compare(records, 4).front();
    QVERIFY(!finishedAlways(before.lines[0].cells[0]));
    records[2].excluded = "the laptop slept";
    records[3].excluded = "wrong limit";
    const auto after = compare(records, 4).front();
    const auto& cell = after.lines[0].cells[0];
    QCOMPARE(cell.seconds->n, 2);
    QCOMPARE(cell.seconds->high, 1.1);
    QCOMPARE(cell.excluded, 2);
    QVERIFY(finishedAlways(cell) && hasFlag(cell, "runs-excluded"));
    QCOMPARE(cell.runIds.size(), std::size_t(4)); // they can be found and included again
    QCOMPARE(after.excluded.size(), std::size_t(2));
    QCOMPARE(after.excluded[0].reason, std::string("the laptop slept"));
    QCOMPARE(after.excluded[0].repeat, 3);
    QCOMPARE(recommend(after, {}).leader->cell.engine, std::string("polars"));
    QVERIFY(!hasFlag(after.lines[1].cells[0], "runs-excluded"));
}

void ComparisonTest::anEngineWhoseRunsAreAllExcludedIsNotJudged()
{
    std::vector<RunRecord> records;
    addRuns(records, "polars", 2, {1});
    addRuns(records, "duckdb", 4, {2});
    records[0].excluded = "not mine";
    auto comparison = compare(records, 4).front();
    QCOMPARE(comparison.workers, std::vector{4});
    QVERIFY(comparison.lines[0].unsupported.empty());
    const auto rows = ranking(comparison);
    QCOMPARE(rows.back().engine, std::string("polars"));
    QCOMPARE(rows.back().why, std::string("its run is excluded"));
    const auto found = recommend(comparison, {});
    QCOMPARE(found.leader->cell.engine, std::string("duckdb"));
    QVERIFY(found.ruledOut.empty());
    records[1].excluded = "nor this";
    comparison = compare(records, 4).front();
    const auto said = sentence(recommend(comparison, {}));
    QVERIFY2(said.starts_with("Every run is excluded."), said.c_str());
}

void ComparisonTest::excludedRunsAreSaidWithTheVerdict()
{
    std::vector<RunRecord> records;
    addRuns(records, "polars", 2, {1, 1.1});
    records[1].excluded = "other programs ran";
    const auto comparison = compare(records, 4).front();
    const auto lines = remarks(recommend(comparison, {}));
    QCOMPARE(lines.back(), std::string("Excluded by you: Polars, 2 workers, repeat 2 (other "
                                       "programs ran)."));
    QVERIFY(toCsv(summaryTable(comparison)).find("1 ok, 1 excluded") != std::string::npos);
    QVERIFY(toText(shortTable(comparison)).find("1/1, 1 excluded") != std::string::npos);
    QVERIFY(toCsv(runsTable(records)).find("other programs ran") != std::string::npos);
    QVERIFY(methodsParagraph(records, {}).find("repeat 2: other programs ran") !=
            std::string::npos);
}

void ComparisonTest::setupCountsAsTimeWhereItIsAskedTo()
{
    std::vector<RunRecord> records{etlRun("dask", 1, 1, 8), etlRun("dask", 2, 2, 4),
                                   etlRun("dask", 4, 3, 2)};
    records[0].setupSeconds = 2;
    records[1].setupSeconds = 2;
    records[2].setupSeconds.reset();
    const auto comparison = compare(records, 4, {.time = TimeMeasure::WithSetup}).front();
    const auto& cells = comparison.lines.front().cells;
    QCOMPARE(cells[0].seconds->median, 10.0);
    QCOMPARE(cells[1].seconds->median, 6.0);
    QCOMPARE(cells[2].seconds->median, 2.0); // a set-up that nobody measured adds nothing
    QVERIFY(!cells[0].setupSeconds);
    QCOMPARE(*cells[1].speedup, 10.0 / 6.0);
    QCOMPARE(comparison.time, TimeMeasure::WithSetup);
    QCOMPARE(remarks(recommend(comparison, {})).front(), std::string("Times include set-up."));
    QCOMPARE(compare(records, 4).front().lines.front().cells[0].seconds->median, 8.0);
}

void ComparisonTest::rowsComeFromAFinishedRun()
{
    std::vector<RunRecord> records{etlRun("dask", 1, 1, 2), etlRun("chunked", 1, 1, 2)};
    records[0].status = RunStatus::Failed;
    records[0].rows = 17; // what it had read when it failed
    records[1].rows = 4000;
    QCOMPARE(*compare(records, 4).front().rows, 4000);
    records.pop_back();
    QVERIFY(!compare(records, 4).front().rows);
}

void ComparisonTest::keysThatDifferAreNeverOnOneChart()
{
    std::vector<RunRecord> records;
    const auto add = [&](std::int64_t id, auto change) {
        auto record = etlRun("chunked", 1, 1, 2);
        record.id = id;
        change(record.cell);
        records.push_back(record);
    };
    add(5, [](CellKey&) {});
    add(1, [](CellKey& cell) { cell.dataset = "other"; });
    add(2, [](CellKey& cell) { cell.workload = "logreg"; });
    add(3, [](CellKey& cell) { cell.memoryLimit = 1'000'000'000; });
    add(4, [](CellKey& cell) { cell.cache = CacheState::Cold; });
    const auto comparisons = compare(records, 4);
    QCOMPARE(comparisons.size(), 5u);
    QCOMPARE(comparisons.front().key.dataset, std::string("other"));
    QCOMPARE(comparisons.back().lines.front().cells.front().runIds, std::vector<std::int64_t>{5});
}

void ComparisonTest::warmUpsAreLeftOut()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {2, 3, 4});
    auto warmup = etlRun("chunked", 2, 1, 90);
    warmup.warmup = true;
    records.push_back(warmup);
    const auto cell = compare(records, 4).front().lines.front().cells.front();
    QCOMPARE(cell.seconds->n, 3);
    QCOMPARE(cell.seconds->high, 4.0);
    QCOMPARE(cell.runIds.size(), 3u);
    QVERIFY(compare({warmup}, 4).empty());
}

void ComparisonTest::failedRepeatsAreCountedAndLeftOutOfStatistics()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {2, 3});
    records.push_back(failedRun("chunked", 2, 3, RunStatus::TimedOut, "Not finished."));
    auto wrong = etlRun("chunked", 2, 4, 0.1);
    wrong.status = RunStatus::WrongResult;
    wrong.error = Error{ErrorCode::EngineFailed, "Wrong mean.", "", ""};
    records.push_back(wrong);
    const auto cell = compare(records, 4).front().lines.front().cells.front();
    QCOMPARE(cell.secondsRepeats, (std::vector<double>{2, 3}));
    QCOMPARE(cell.peakBytes->n, 2);
    QCOMPARE(cell.runIds.size(), 4u);
    QCOMPARE(cell.statuses.at(RunStatus::Ok), 2);
    QCOMPARE(cell.statuses.at(RunStatus::TimedOut), 1);
    QCOMPARE(cell.statuses.at(RunStatus::WrongResult), 1);
    QCOMPARE(cell.firstError->message, std::string("Not finished."));
}

void ComparisonTest::causesNameTheirFileWithoutItsFolders()
{
    const auto cause = [](const std::string& message) {
        const auto run = failedRun("chunked", 2, 1, RunStatus::Failed, message);
        return compare({run}, 4).front().lines.front().cells.front().firstError->message;
    };
    QCOMPARE(cause("/data/of/may/large_data.csv: malformed row at byte 5"),
             std::string("large_data.csv: malformed row at byte 5"));
    QCOMPARE(cause("Cannot read '/a/large_data.csv/part.csv' or /b/large_data.csv."),
             std::string("Cannot read 'large_data.csv/part.csv' or large_data.csv."));
    QCOMPARE(cause("The disk of /scratch is full."), std::string("The disk of /scratch is full."));
}

void ComparisonTest::speedupAndEfficiencyDivideByTheBaseline()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {8});
    addRuns(records, "chunked", 4, {5});
    addRuns(records, "chunked", 8, {4});
    auto cells = compare(records, 8).front().lines.front().cells;
    QCOMPARE(*cells[0].speedup, 1.0);
    QCOMPARE(*cells[0].efficiency, 1.0);
    QCOMPARE(*cells[1].speedup, 1.6);
    QCOMPARE(*cells[1].efficiency, 0.8);
    QCOMPARE(*cells[2].efficiency, 0.5);
    cells = compare(records, 8, {.baselineWorkers = 4}).front().lines.front().cells;
    QCOMPARE(*cells[0].speedup, 0.625);
    QCOMPARE(*cells[0].efficiency, 1.25);
    QCOMPARE(*cells[2].efficiency, 0.625);
}

void ComparisonTest::baselineIsTheCountMostLinesShare()
{
    std::vector<RunRecord> records;
    addRuns(records, "pandas", 1, {9});
    addRuns(records, "dask", 2, {9});
    addRuns(records, "dask", 4, {5});
    addRuns(records, "ray", 2, {9});
    records.push_back(failedRun("ray", 1, 1, RunStatus::OutOfMemory, "Killed."));
    const auto comparison = compare(records, 4).front();
    QCOMPARE(*comparison.baselineWorkers, 2);
    QCOMPARE(comparison.workers, (std::vector<int>{1, 2, 4}));
    QVERIFY(!comparison.lines[0].cells.front().speedup);
    QVERIFY(comparison.lines[1].cells.back().speedup);
}

void ComparisonTest::missingBaselineGivesNoRatio()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 4, {5});
    records.push_back(failedRun("chunked", 2, 1, RunStatus::MemoryLimit, "Stopped."));
    const auto comparison = compare(records, 4, {.baselineWorkers = 2}).front();
    QCOMPARE(*comparison.baselineWorkers, 2);
    for (const auto& cell : comparison.lines.front().cells)
        QVERIFY(!cell.speedup && !cell.efficiency);
    const auto none =
        compare({failedRun("chunked", 2, 1, RunStatus::MemoryLimit, "Stopped.")}, 4).front();
    QVERIFY(!none.baselineWorkers);
}

void ComparisonTest::refusedEnginesKeepTheirReason()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 1, {5});
    records.push_back(failedRun("polars", 2, 1, RunStatus::Unsupported,
                                "Polars has no logistic regression. Nothing was run."));
    const auto comparison = compare(records, 4).front();
    QCOMPARE(comparison.lines[1].unsupported,
             std::string("Polars has no logistic regression. Nothing was run."));
    QVERIFY(comparison.lines[0].unsupported.empty());
    QCOMPARE(comparison.workers, std::vector<int>{1});
}

void ComparisonTest::runsThatWereNotMeasuredWellDoNotCount()
{
    for (const char* flag : {"sampling-gap", "arrival-gap", "suspended", "clock-skew",
                             "seconds-from-host", "setup-from-host"}) {
        std::vector<RunRecord> records;
        addRuns(records, "chunked", 2, {5, 6, 7, 100});
        records.back().flags = {flag};
        records.back().peakBytes = 7'000'000'000;
        const auto cell = compare(records, 4).front().lines.front().cells.front();
        QCOMPARE(cell.seconds->n, 3);
        QCOMPARE(cell.seconds->high, 7.0);
        QCOMPARE(cell.rounds.size(), std::size_t(3));
        QVERIFY(std::ranges::max(cell.peakRepeats) < 7e9);
        QCOMPARE(cell.statuses.at(RunStatus::Ok), 4);
        QCOMPARE(cell.runIds.size(), std::size_t(4));
        QVERIFY(hasFlag(cell, flag));
    }
}

void ComparisonTest::flagsSayWhatIsDoubtful()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 8, {9, 5, 5.1});
    records.back().flags = {"exceeds-cache"};
    addRuns(records, "chunked", 2, {9, 10, 11, 9, 10, 40});
    const auto cells = compare(records, 4).front().lines.front().cells;
    QVERIFY(hasFlag(cells[1], "oversubscribed"));
    QVERIFY(hasFlag(cells[1], "few-repeats"));
    QVERIFY(hasFlag(cells[1], "slow-first"));
    QVERIFY(hasFlag(cells[1], "exceeds-cache"));
    QVERIFY(!hasFlag(cells[1], "outlier"));
    QCOMPARE(cells[0].flags, std::vector<std::string>{"outlier"});
    QCOMPARE(cells[0].seconds->n, 6);
    QCOMPARE(cells[0].seconds->high, 40.0);
}

void ComparisonTest::accuracyAndMajorityComeFromResults()
{
    std::vector<RunRecord> records;
    for (int repeat = 1; repeat <= 2; ++repeat) {
        auto record = etlRun("chunked", 1, repeat, 5);
        record.workload = LogregWorkload{};
        LogregResult fit;
        fit.trainAccuracy = 0.9;
        fit.testAccuracy = repeat == 1 ? 0.25 : 0.27;
        fit.majorityAccuracy = 0.251;
        record.result = fit;
        records.push_back(record);
    }
    const auto comparison = compare(records, 4).front();
    QCOMPARE(comparison.lines.front().cells.front().measure("accuracy")->median, 0.26);
    QCOMPARE(comparison.levels.size(), 1u);
    QCOMPARE(comparison.levels.front().title, std::string("majority class"));
    QCOMPARE(comparison.levels.front().value, 0.251);
}

void ComparisonTest::formulasNameTheBaseline()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {8});
    auto comparison = compare(records, 8).front();
    QCOMPARE(speedupFormula(comparison), std::string("speedup(p) = T(p₀) / T(p), p₀ = 2 workers"));
    QCOMPARE(efficiencyFormula(comparison),
             std::string("efficiency(p) = speedup(p) · p₀ / p, p₀ = 2 workers"));
    comparison.baselineWorkers.reset();
    QVERIFY(speedupFormula(comparison).ends_with("no baseline yet"));
}

SPILLWAY_TESTS(ComparisonTest, QCoreApplication)
#include "comparison_test.moc"
