#include "base/json.h"
#include "example_plan.h"
#include "suites/suites.h"

#include "experiment/estimate.h"
#include "experiment/expand.h"
#include "experiment/interleave.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QtTest>

#include <set>

using namespace spillway;

class ExpandTest : public QObject {
    Q_OBJECT
private slots:
    void anEngineOfFewerWorkersRunsWithItsMost();
    void theWarmupBeginsWithTheLeanest();
    void aBudgetsEstimateIsWhatFits();
    void everyCellStandsOnceInEveryRound_data();
    void everyCellStandsOnceInEveryRound();
    void sameSeedGivesTheSameOrder();
    void orderIsTheSameOnEveryMachine();
    void shuffleIsFair();
    void refusedCellsStandOnceWithTheReason_data();
    void onAClusterNoLimitIsSaidToHold();
    void refusedCellsStandOnceWithTheReason();
    void whatReadsOneTableRefusesSeveral();
    void theFirstProtocolHasNoNewKinds();
    void everyLimitMakesCells();
    void ofSeveralKindsOfWorkAnEngineIsAskedForThoseThatItHas();
    void columnsAreChosenWhereTheSchemaLeavesNoDoubt();
    void continuingRunsOnlyWhatIsMissing();
    void extendingRunsOnlyWhatIsNew();
    void skippedStaysSkippedAndRefusedRunsOnceReady();
    void estimateScalesWhatIsKnown();
    void estimateNamesScratchAndOversubscription();
};

namespace {

RunRecord recordOf(const PlannedRun& run, RunStatus status = RunStatus::Ok, double wall = 2)
{
    RunRecord record;
    record.cell = run.cell;
    record.workload = run.workload;
    record.repeat = run.repeat;
    record.warmup = run.warmup;
    record.status = status;
    record.wallSeconds = wall;
    record.rows = 1'000'000;
    return record;
}

std::vector<RunRecord> recordsOf(const std::vector<PlannedRun>& runs)
{
    std::vector<RunRecord> records;
    for (const auto& run : runs)
        records.push_back(recordOf(run));
    return records;
}

} // namespace

void ExpandTest::everyCellStandsOnceInEveryRound_data()
{
    QTest::addColumn<int>("workers");
    QTest::addColumn<int>("repeats");
    QTest::addColumn<int>("warmup");
    QTest::newRow("one cell an engine") << 1 << 1 << 0;
    QTest::newRow("usual") << 4 << 6 << 1;
    QTest::newRow("many") << 32 << 10 << 3;
}

void ExpandTest::everyCellStandsOnceInEveryRound()
{
    QFETCH(int, workers);
    QFETCH(int, repeats);
    QFETCH(int, warmup);
    Plan plan = example::plan();
    plan.datasets.push_back(example::dataset("f2"));
    plan.workers.clear();
    for (int i = 1; i <= workers; ++i)
        plan.workers.insert(plan.workers.end(), {i, i}); // asked for twice, run once
    plan.repeats = repeats;
    plan.warmup = warmup;
    const auto runs = expand(plan, example::engines());
    const auto cells = static_cast<std::size_t>(2 * 2 * workers);
    QCOMPARE(runs.size(), cells * static_cast<std::size_t>(warmup + repeats));
    std::set<std::tuple<CellKey, bool, int>> seen;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& run = runs[i];
        QVERIFY(!run.refusal);
        QCOMPARE(run.round, static_cast<int>(i / cells));
        QCOMPARE(run.warmup, run.round < warmup);
        QCOMPARE(run.repeat, run.warmup ? run.round + 1 : run.round - warmup + 1);
        QVERIFY(seen.emplace(run.cell, run.warmup, run.repeat).second);
        QCOMPARE(run.cell.dataset, plan.datasets[run.dataset].fingerprint);
    }
}

void ExpandTest::sameSeedGivesTheSameOrder()
{
    Plan plan = example::plan();
    const auto engines = example::engines();
    QVERIFY(expand(plan, engines) == expand(plan, engines));
    const auto one = expand(plan, engines);
    plan.seed = 2;
    const auto two = expand(plan, engines);
    QVERIFY(one != two);
    // The order of a round does not depend on how many follow: a plan can be extended.
    plan.repeats = 9;
    const auto longer = expand(plan, engines);
    QVERIFY(std::equal(two.begin(), two.end(), longer.begin()));
}

void ExpandTest::orderIsTheSameOnEveryMachine()
{
    QCOMPARE(shuffledOrder(8, 1, 0), shuffledOrder(8, 1, 0));
    std::set<std::vector<std::size_t>> orders;
    for (std::uint64_t round = 0; round < 100; ++round)
        orders.insert(shuffledOrder(20, 1, round));
    QCOMPARE(orders.size(), std::size_t(100));
    QVERIFY(shuffledOrder(0, 1, 1).empty());
}

void ExpandTest::shuffleIsFair()
{
    // Each of 6 orders of 3: 4000 of 24000 expected, standard deviation 58.
    std::map<std::vector<std::size_t>, int> counts;
    for (std::uint64_t round = 0; round < 24'000; ++round)
        ++counts[shuffledOrder(3, 5, round)];
    QCOMPARE(counts.size(), std::size_t(6));
    for (const auto& [order, count] : counts)
        QVERIFY2(std::abs(count - 4000) < 350, qPrintable(QString::number(count)));
}

void ExpandTest::refusedCellsStandOnceWithTheReason_data()
{
    using Change = std::function<void(Plan&, std::vector<EngineInfo>&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* words, Change change) {
        QTest::newRow(name) << change << words;
    };
    row("unsupported workload", "Dask has no group-by mean.",
        [](Plan&, auto& engines) { engines[1].manifest.kinds.erase("etl"); });
    row("unsupported, with a note", "Dask cannot.", [](Plan&, auto& engines) {
        engines[1].manifest.kinds.clear();
        engines[1].manifest.unsupportedNote = "Dask cannot.";
    });
    row("not installed", "not ready (not-installed). Run \"spillway engines install dask\".",
        [](Plan&, auto& engines) {
            engines[1].state = EngineState::NotInstalled;
            engines[1].detail = "Run \"spillway engines install dask\".";
        });
    row("unknown engine", "There is no engine \"dusk\".",
        [](Plan& plan, auto&) { plan.engines[1].id = "dusk"; });
    row("unknown profile", "no profile \"fast\"",
        [](Plan& plan, auto&) { plan.engines[1].profile = "fast"; });
    row("profile of another kind", "Dask has no profile \"odd\" for group-by mean.",
        [](Plan& plan, auto& engines) {
            engines[1].manifest.kinds["logreg"].profiles.push_back({"odd", "", ""});
            plan.engines[1].profile = "odd";
        });
    row("parameter", "Dask takes materialise \"streamed\", not \"loaded\". It cannot keep rows.",
        [](Plan& plan, auto& engines) {
            engines[1].manifest.kinds["etl"].parameters = {
                {"materialise", {"streamed"}, {}, "It cannot keep rows."}};
            plan.parameters = {{"materialise", "loaded"}};
        });
    row("parameter of a profile", "Dask ML takes materialise \"streamed\", not \"loaded\".",
        [](Plan& plan, auto& engines) {
            for (auto* engine : {&engines[0], &engines[1]})
                engine->manifest.kinds["etl"].parameters = {
                    {"materialise", {"streamed"}, {"tuned"}, ""}};
            engines[1].manifest.kinds["etl"].profiles[1].title = "Dask ML";
            plan.parameters = {{"materialise", "loaded"}};
        });
    row("floor", "needs at least 2401 MB; the memory limit is 2.00 GB",
        [](Plan&, auto& engines) { engines[1].manifest.memoryFloor = 2'000'500'000; });
    row("dialect", "does not declare support for the field \"comment\", without which data f1",
        [](Plan& plan, auto& engines) {
            plan.datasets[0].schema.format.comment = '#';
            engines[0].manifest.dialect = {"comment"};
        });
    row("cluster", "cannot run on an existing cluster", [](Plan& plan, auto& engines) {
        plan.address = "a:1";
        engines[0].manifest.clusters = true;
    });
}

void ExpandTest::whatReadsOneTableRefusesSeveral()
{
    Plan plan = example::plan();
    auto& data = plan.datasets.front();
    data.tables = {{"a", 1, data.schema, {}, data.bytes}};
    for (const auto& run : expand(plan, example::engines()))
        QVERIFY(run.refusal && run.refusal->message.find("reads one table") != std::string::npos);
}

void ExpandTest::theFirstProtocolHasNoNewKinds()
{
    Plan plan = example::plan();
    plan.workloads = {Workload{.kind = "query", .columns = {}, .parameters = {{"job", "{}"}}}};
    auto engines = example::engines();
    for (auto& engine : engines)
        engine.manifest.kinds["query"].profiles = {{"default", "", ""}, {"tuned", "", ""}};
    engines[0].manifest.protocol = 2;
    for (const auto& run : expand(plan, engines))
        if (run.cell.engine == "chunked")
            QVERIFY(!run.refusal);
        else
            QVERIFY(run.refusal->message.find("version 1 of the run protocol") !=
                    std::string::npos);
}

void ExpandTest::onAClusterNoLimitIsSaidToHold()
{
    Plan plan = example::plan();
    auto engines = example::engines();
    for (auto& engine : engines)
        engine.manifest.clusters = true;
    plan.memoryLimit = 4'000'000'000;
    plan.furtherLimits = {2'000'000'000};
    const auto here = expand(plan, engines).size();
    plan.address = "a:1";
    const auto there = expand(plan, engines);
    QCOMPARE(2 * there.size(), here);
    for (const auto& run : there)
        QVERIFY(!run.cell.memoryLimit);
}

void ExpandTest::refusedCellsStandOnceWithTheReason()
{
    QFETCH(std::function<void(Plan&, std::vector<EngineInfo>&)>, change);
    QFETCH(QString, words);
    Plan plan = example::plan();
    auto engines = example::engines();
    change(plan, engines);
    const auto runs = expand(plan, engines);
    QCOMPARE(runs.size(), std::size_t(3 + 3 * 4));
    for (std::size_t i = 0; i < runs.size(); ++i) {
        QCOMPARE(runs[i].refusal.has_value(), i < 3);
        if (i >= 3) continue;
        QVERIFY2(QString::fromStdString(describe(*runs[i].refusal)).contains(words),
                 describe(*runs[i].refusal).c_str());
        QCOMPARE(runs[i].cell.workers, plan.workers[i]);
    }
    const auto cost = estimate(plan, runs, {}, 2);
    QCOMPARE(cost.runs, 12);
    QCOMPARE(cost.refused, 3);
    QCOMPARE(cost.refusals.size(), std::size_t(1));
}

void ExpandTest::everyLimitMakesCells()
{
    Plan plan = example::plan();
    plan.furtherLimits = {1'000'000'000, 2'000'000'000, 100'000'000};
    auto engines = example::engines();
    engines[1].manifest.memoryFloor = 293'000'000;
    const auto runs = expand(plan, engines);
    QCOMPARE(std::ranges::count_if(runs, [](const auto& run) { return run.refusal.has_value(); }),
             3);
    QCOMPARE(runs.size(), std::size_t(3 + (9 + 6) * 4));
    QCOMPARE(*runs[0].cell.memoryLimit, Bytes(100'000'000));
}

void ExpandTest::ofSeveralKindsOfWorkAnEngineIsAskedForThoseThatItHas()
{
    Plan plan = example::plan();
    plan.engines = {{"dask", {}}, {"polars", {}}}; // which has no regression
    plan.workers = {1};
    plan.repeats = 1;
    plan.warmup = 0;
    plan.workloads = {EtlWorkload{"category", {"x", "y"}, {}},
                      LogregWorkload{.label = "category", .features = {"x", "y"}}};
    auto engines = example::engines();
    QCOMPARE(expand(plan, engines).size(), std::size_t(3));
    // Its reason is worth telling where it has one.
    engines[2].manifest.unsupportedNote = "Not yet.";
    const auto told = expand(plan, engines);
    QCOMPARE(told.size(), std::size_t(4));
    QCOMPARE(std::ranges::count_if(told, [](const auto& run) { return run.refusal.has_value(); }),
             1);
    // Asked for nothing else it refuses.
    engines[2].manifest.unsupportedNote.clear();
    plan.workloads.erase(plan.workloads.begin());
    const auto refused = expand(plan, engines);
    QCOMPARE(refused.size(), std::size_t(2));
    QCOMPARE(refused[0].refusal.has_value() + refused[1].refusal.has_value(), 1);
}

void ExpandTest::columnsAreChosenWhereTheSchemaLeavesNoDoubt()
{
    Plan plan = example::plan();
    plan.workloads = {EtlWorkload{}, LogregWorkload{}};
    plan.parameters = {{"solver", "sgd"}};
    for (const auto& run : expand(plan, example::engines())) {
        QVERIFY(!run.refusal);
        QVERIFY(columnsOf(run.workload) == (std::vector<std::string>{"category", "x", "y"}));
        QCOMPARE(run.cell.workload, identityOf(run.workload));
        if (run.workload.kind == LogregWorkload::kind)
            QVERIFY(LogregWorkload::of(run.workload).solver == LogregWorkload::Solver::Sgd);
    }
    plan.datasets[0].schema.columns.push_back({"city", ColumnType::Text});
    for (const auto& run : expand(plan, example::engines())) {
        QVERIFY(run.refusal.has_value());
        QVERIFY(run.refusal->message.find("category, city") != std::string::npos);
        QVERIFY(run.refusedForAll); // it is said once, not by each engine
    }
    plan.workloads = {EtlWorkload{"category", {"z"}, {}}};
    const auto runs = expand(plan, example::engines());
    QVERIFY(runs[0].refusal->message.find("no column z") != std::string::npos);
}

void ExpandTest::continuingRunsOnlyWhatIsMissing()
{
    const auto runs = expand(example::plan(), example::engines());
    QVERIFY(missingRuns(runs, {}) == runs);
    QVERIFY(missingRuns(runs, recordsOf(runs)).empty());
    for (const std::size_t done : {std::size_t(1), runs.size() / 2, runs.size() - 1}) {
        auto records = recordsOf({runs.begin(), runs.begin() + static_cast<long>(done)});
        records.back().status = RunStatus::Cancelled;
        const auto missing = missingRuns(runs, records);
        QVERIFY(std::equal(missing.begin(), missing.end(),
                           runs.begin() + static_cast<long>(done) - 1, runs.end()));
        // A repeat that a stalled machine kept out of the statistics is made again; a warm-up is in
        // none anyway.
        records.back().status = RunStatus::Ok;
        records.back().flags = {"sampling-gap"};
        const bool warmup = records.back().warmup;
        QCOMPARE(missingRuns(runs, records).size(), runs.size() - done + (warmup ? 0 : 1));
        records.back().flags = {};
        records.back().excluded = "the laptop slept";
        QCOMPARE(missingRuns(runs, records).size(), runs.size() - done + 1);
        records.back().excluded.reset();
        records.back().flags = {"re-executed"};
        QCOMPARE(missingRuns(runs, records).size(), runs.size() - done);
        records.back().status = RunStatus::Failed;
        QCOMPARE(missingRuns(runs, records).size(), runs.size() - done);
    }
}

void ExpandTest::extendingRunsOnlyWhatIsNew()
{
    Plan plan = example::plan();
    const auto done = recordsOf(expand(plan, example::engines()));
    plan.workers.push_back(8);
    plan.engines.push_back({"polars", {}});
    plan.repeats = 4;
    const auto missing = missingRuns(expand(plan, example::engines()), done);
    // 12 cells × 5 rounds, of which 6 cells × 4 rounds are there.
    QCOMPARE(missing.size(), std::size_t(12 * 5 - 6 * 4));
    plan.memoryLimit.reset();
    QCOMPARE(missingRuns(expand(plan, example::engines()), done).size(), std::size_t(12 * 5));
}

void ExpandTest::skippedStaysSkippedAndRefusedRunsOnceReady()
{
    Plan plan = example::plan();
    auto engines = example::engines();
    engines[1].state = EngineState::NotInstalled;
    const auto runs = expand(plan, engines);
    auto done = std::vector{
        recordOf(runs[0], RunStatus::Unsupported), recordOf(runs[1], RunStatus::Unsupported),
        recordOf(runs[2], RunStatus::Unsupported), recordOf(runs[3], RunStatus::Skipped)};
    auto missing = missingRuns(runs, done);
    QCOMPARE(missing.size(), std::size_t(2 * 4));
    for (const auto& run : missing)
        QVERIFY(!run.refusal && run.cell != runs[3].cell);
    engines[1].state = EngineState::Ready;
    missing = missingRuns(expand(plan, engines), done);
    QCOMPARE(missing.size(), std::size_t(2 * 4 + 3 * 4));
}

void ExpandTest::estimateScalesWhatIsKnown()
{
    Plan plan = example::plan();
    plan.datasets.push_back(example::dataset("f2"));
    plan.datasets[1].bytes = 2 * plan.datasets[0].bytes;
    const auto runs = expand(plan, example::engines());
    const auto unknown = estimate(plan, runs, {}, 4);
    QVERIFY(!unknown.duration);
    QCOMPARE(unknown.runsWithUnknownTime, 48);
    std::vector<RunRecord> history;
    for (const auto& run : runs)
        if (run.cell.engine == "chunked" && run.dataset == 0)
            history.push_back(recordOf(run, RunStatus::Ok, run.repeat == 2 ? 100 : 3));
    history.push_back(recordOf(runs[0], RunStatus::TimedOut, 600));
    const auto half = estimate(plan, runs, history, 4);
    QCOMPARE(half.runsWithUnknownTime, 24);
    // The median is not moved by one slow run: 12 runs of 3 s, and 12 on twice the bytes.
    QCOMPARE(half.duration->count(), 12 * 3.0 + 12 * 6.0);
    // Data that are not in the plan: by rows.
    plan.datasets.erase(plan.datasets.begin());
    plan.datasets[0].rows = 4'000'000;
    const auto other = estimate(plan, expand(plan, example::engines()), history, 4);
    QCOMPARE(other.duration->count(), 12 * 12.0);
}

void ExpandTest::estimateNamesScratchAndOversubscription()
{
    Plan plan = example::plan();
    auto cost = estimate(plan, expand(plan, example::engines()), {}, 2);
    QCOMPARE(cost.scratch, Bytes(0));
    QVERIFY(cost.warnings == std::vector<std::string>{"4 workers on 2 cores: oversubscribed"});
    plan.parameters = {{"materialise", "loaded"}};
    plan.memoryLimit = 20'000'000;
    plan.maxScratch = 1'000'000;
    cost = estimate(plan, expand(plan, example::engines()), {}, 4);
    // Two columns of a million float64 and the text column's share of the file.
    QCOMPARE(cost.scratch, Bytes(16'000'000 + 12'500'000));
    QCOMPARE(cost.warnings.size(), std::size_t(1));
    QVERIFY(cost.warnings[0].starts_with("A run may spill 28.5 MB"));
    plan.memoryLimit = 200'000'000;
    QCOMPARE(estimate(plan, expand(plan, example::engines()), {}, 4).scratch, Bytes(0));
}

void ExpandTest::anEngineOfFewerWorkersRunsWithItsMost()
{
    auto engines = example::engines();
    engines[0].manifest.maxWorkers = 1;
    Plan plan = example::plan();
    plan.engines = {{"chunked", {}}};
    plan.workers = {4};
    for (const auto& run : expand(plan, engines)) {
        QVERIFY(!run.refusal);
        QCOMPARE(run.cell.workers, 1);
    }
    // Where one of the plan's counts is its own, the others are refused as ever.
    plan.workers = {1, 4};
    QVERIFY(expand(plan, engines).front().refusal);
}

void ExpandTest::theWarmupBeginsWithTheLeanest()
{
    auto engines = example::engines();
    engines[0].manifest.memoryFloor = 500'000'000;
    engines[1].manifest.memoryFloor = 3'000'000;
    Plan plan = example::plan();
    plan.warmup = 1;
    const auto ordered = expand(plan, engines);
    for (std::size_t i = 0; i < 6; ++i) {
        QCOMPARE(ordered[i].round, 0);
        QCOMPARE(ordered[i].cell.engine, std::string(i < 3 ? "dask" : "chunked"));
    }
    // Rounds that count are shuffled.
    std::set<std::vector<std::string>> orders;
    for (std::size_t round = 1; round <= 3; ++round) {
        std::vector<std::string> order;
        for (std::size_t i = 6 * round; i < 6 * (round + 1); ++i)
            order.push_back(ordered[i].cell.engine + std::to_string(ordered[i].cell.workers));
        orders.insert(order);
    }
    QVERIFY(orders.size() > 1);
}

void ExpandTest::aBudgetsEstimateIsWhatFits()
{
    Plan plan = example::plan();
    plan.engines = {{"chunked", {}}};
    plan.workers = {1};
    plan.warmup = 1;
    plan.repeats = 5;
    const auto runs = expand(plan, example::engines());
    RunRecord record;
    record.cell = runs.front().cell;
    record.wallSeconds = 10;
    QVERIFY(!estimate(plan, runs, {record}, 4).leftOut);
    plan.budget = Seconds(45);
    const auto cut = estimate(plan, runs, {record}, 4);
    QCOMPARE(cut.leftOut->rounds, 3);
    QCOMPARE(cut.leftOut->runs, 2);
    QVERIFY(!estimate(plan, runs, {}, 4).leftOut); // nothing is known
    plan.budget = Seconds(60);
    QVERIFY(!estimate(plan, runs, {record}, 4).leftOut); // all of it fits
    // Until decided, the first rounds are as many as a look needs, whatever the repeats.
    plan.untilDecided = true;
    plan.repeats = 1;
    plan.budget = Seconds(45);
    const auto decided = estimate(plan, expand(plan, example::engines()), {record}, 4);
    QCOMPARE(decided.leftOut->rounds, 3);
}

SPILLWAY_TESTS(ExpandTest, QCoreApplication)
#include "expand_test.moc"
