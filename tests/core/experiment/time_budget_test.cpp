#include "runner_fixture.h"
#include "suites/suites.h"

#include "base/json.h"

#include <QtTest>

#include <array>

using namespace spillway;
using testing::Recorder;
using testing::RunnerFixture;

namespace {

CellKey cellOf(const std::string& engine)
{
    CellKey key;
    key.engine = engine;
    return key;
}

PlannedRun runOf(const CellKey& cell, int repeat = 1, bool warmup = false)
{
    PlannedRun run;
    run.cell = cell;
    run.warmup = warmup;
    run.repeat = repeat;
    run.round = warmup ? 0 : repeat;
    return run;
}

PlannedRun runOf(const std::string& engine, int repeat = 1, bool warmup = false)
{
    return runOf(cellOf(engine), repeat, warmup);
}

/// The runs of counted rounds `first` … `last`.
std::vector<PlannedRun> roundsOf(const std::vector<CellKey>& cells, int first, int last)
{
    std::vector<PlannedRun> runs;
    for (int repeat = first; repeat <= last; ++repeat)
        for (const auto& cell : cells)
            runs.push_back(runOf(cell, repeat));
    return runs;
}

using Cells = std::vector<CellKey>;

} // namespace

/// A plan's time budget: what it expects of runs, and that the real runner keeps to it on a clock
/// of the test's own, on which every run takes what the test says.
class TimeBudgetTest : public QObject {
    Q_OBJECT
private slots:
    void nothingKnownIsTriedWhileThereIsTime();
    void firstRunCountsUntilThereIsAnother();
    void roundsAreExpectedWhole();
    void theMostCostlyIsLeftOutSoThatTheRestIsDecided();
    void workerCountsGoBeforeProfilesAndEngines();
    void firstRunsLeaveRoomForTheFastest();
    void leftOutIsReadBackAndSaid();
    void manyCellsAreNamedInPart();
    void roundsRunWhileTheyFit();
    void firstRoundEndsWithTheTime();
    void runThatBecomesSlowerEndsTheRound();
    void skippedRunsBeginNoRound();
    void timeBeforeTheFirstRunCounts();
    void refusalsCostNothing();
    void continuedPlanGetsItsBudgetAnew();
    void historyTellsWhatFits();
    void slowCellStopsWhileTheOthersAreDecided();
    void runThatOutlastsTheBudgetIsStopped();

private:
    /// Two cells of the native engine; every run takes `each` on the clock, the first of a cell
    /// `first`.
    Plan plan(RunnerFixture& fixture, double budget) const;
    Result<PlanOutcome> run(RunnerFixture& fixture, const Plan& plan, Recorder& seen,
                            bool continued = false);

    std::function<double(const RunRecord&)> takes_;
    Seconds now_{100};
};

Plan TimeBudgetTest::plan(RunnerFixture& fixture, double budget) const
{
    Plan plan = RunnerFixture::plan({fixture.writeRows("budget.csv", 2000)});
    plan.workers = {1, 2};
    plan.warmup = 1;
    plan.repeats = 5;
    plan.budget = Seconds(budget);
    return plan;
}

Result<PlanOutcome> TimeBudgetTest::run(RunnerFixture& fixture, const Plan& plan, Recorder& seen,
                                        bool continued)
{
    fixture.clock = [this] { return now_; };
    seen.afterRun = [this](const RunRecord& record) {
        now_ += Seconds(takes_ ? takes_(record) : 10.0);
    };
    return fixture.run(plan, seen, {}, continued);
}

void TimeBudgetTest::nothingKnownIsTriedWhileThereIsTime()
{
    const std::vector rest{runOf("a", 1, true)};
    const TimeBudget endless({});
    QVERIFY(endless.leavesOut(rest, true, Seconds(1e9)).empty());
    QVERIFY(!endless.longest(rest, Seconds(0)));
    const TimeBudget budget(Seconds(10));
    QVERIFY(budget.leavesOut(rest, true, Seconds(9.9)).empty());
    QCOMPARE(budget.leavesOut(rest, true, Seconds(10)), Cells{cellOf("a")});
    QCOMPARE(budget.longest(rest, Seconds(4))->count(), 6.0);
    QVERIFY(!budget.expected(cellOf("a")));
    QVERIFY(budget.leavesOut({}, true, Seconds(20)).empty());
}

void TimeBudgetTest::firstRunCountsUntilThereIsAnother()
{
    TimeBudget budget(Seconds(100));
    budget.note(cellOf("a"), Seconds(30));
    QCOMPARE(budget.expected(cellOf("a"))->count(), 30.0);
    budget.note(cellOf("a"), Seconds(4));
    QCOMPARE(budget.expected(cellOf("a"))->count(), 4.0);
    budget.note(cellOf("a"), Seconds(5));
    budget.note(cellOf("a"), Seconds(3));
    QCOMPARE(budget.expected(cellOf("a"))->count(), 4.0); // of 4, 5 and 3
    // An earlier start of the plan stands in for the first run.
    budget.expect(cellOf("b"), Seconds(7));
    QCOMPARE(budget.expected(cellOf("b"))->count(), 7.0);
    budget.note(cellOf("b"), Seconds(2));
    QCOMPARE(budget.expected(cellOf("b"))->count(), 2.0);
}

/// The cells of one round together, not each by itself.
void TimeBudgetTest::roundsAreExpectedWhole()
{
    TimeBudget budget(Seconds(100));
    budget.note(cellOf("a"), Seconds(30));
    budget.note(cellOf("b"), Seconds(10));
    const auto last = roundsOf({cellOf("a"), cellOf("b")}, 5, 5);
    QVERIFY(budget.leavesOut(last, true, Seconds(60)).empty());
    QCOMPARE(budget.leavesOut(last, true, Seconds(60.1)).size(), std::size_t(2));
    // Within a round a run has to fit alone.
    QVERIFY(budget.leavesOut(last, false, Seconds(70)).empty());
    QCOMPARE(budget.leavesOut(last, false, Seconds(70.1)), Cells{cellOf("a")});
    QCOMPARE(budget.longest(last, Seconds(70))->count(), 30.0);
}

void TimeBudgetTest::theMostCostlyIsLeftOutSoThatTheRestIsDecided()
{
    TimeBudget budget(Seconds(100));
    budget.note(cellOf("a"), Seconds(1));
    budget.note(cellOf("b"), Seconds(2));
    budget.note(cellOf("slow"), Seconds(20));
    const Cells cells{cellOf("slow"), cellOf("a"), cellOf("b")};
    // All five rounds of everything; one of everything and four of the two fastest; those of the
    // two fastest alone; one round of two; nothing.
    const auto atFirst = [&](double left) {
        return budget.leavesOut(roundsOf(cells, 1, 5), true, Seconds(100 - left));
    };
    QVERIFY(atFirst(115).empty());
    QVERIFY(atFirst(35).empty());
    QCOMPARE(atFirst(34.9), Cells{cellOf("slow")});
    QCOMPARE(atFirst(15), Cells{cellOf("slow")});
    QCOMPARE(atFirst(3), Cells{cellOf("slow")});
    QCOMPARE(atFirst(2.9).size(), std::size_t(3));
    // From the second round on: one more with it, and three without it.
    const auto later = [&](double left) {
        return budget.leavesOut(roundsOf(cells, 2, 5), true, Seconds(100 - left));
    };
    QVERIFY(later(32).empty());
    QCOMPARE(later(31.9), Cells{cellOf("slow")});
    QCOMPARE(later(12), Cells{cellOf("slow")});
    // Not even four of the two fastest: then once everything that fits.
    QCOMPARE(later(11.9), Cells{cellOf("slow")});
    QVERIFY(
        budget.leavesOut(roundsOf({cellOf("a"), cellOf("slow")}, 2, 5), true, Seconds(79)).empty());
}

/// Engines are what is compared: their worker counts and profiles are left out before them.
void TimeBudgetTest::workerCountsGoBeforeProfilesAndEngines()
{
    const auto cell = [](const std::string& engine, const std::string& profile, int workers) {
        CellKey key = cellOf(engine);
        key.profile = profile;
        key.workers = workers;
        return key;
    };
    const Cells cells{cell("x", "naive", 2), cell("x", "tuned", 2), cell("x", "tuned", 1),
                      cell("y", "default", 2), cell("y", "default", 1)};
    const std::array seconds{5.0, 4.0, 7.0, 30.0, 40.0};
    TimeBudget budget(Seconds(1000));
    for (std::size_t i = 0; i < cells.size(); ++i)
        budget.note(cells[i], Seconds(seconds[i]));
    const auto gone = [&](double left) {
        return budget.leavesOut(roundsOf(cells, 5, 5), true, Seconds(1000 - left));
    };
    QVERIFY(gone(86).empty());
    QCOMPARE(gone(85.9), Cells{cells[4]});
    QCOMPARE(gone(45.9), (Cells{cells[4], cells[2]}));
    QCOMPARE(gone(38.9), (Cells{cells[4], cells[2], cells[0]}));
    QCOMPARE(gone(34), (Cells{cells[4], cells[2], cells[0]}));
}

/// A first run may not use up what the fastest need to be compared.
void TimeBudgetTest::firstRunsLeaveRoomForTheFastest()
{
    TimeBudget budget(Seconds(100));
    const std::vector first{runOf("new", 1, true)};
    QCOMPARE(budget.longest(first, Seconds(0))->count(), 100.0);
    // With others of which nothing is known: half.
    const std::vector before{runOf("new", 1, true), runOf("a", 1, true)};
    QCOMPARE(budget.longest(before, Seconds(0))->count(), 50.0);
    budget.note(cellOf("a"), Seconds(2));
    QCOMPARE(budget.longest(before, Seconds(40))->count(), 30.0);
    budget.note(cellOf("b"), Seconds(3));
    budget.note(cellOf("c"), Seconds(30));
    QCOMPARE(budget.longest(first, Seconds(40))->count(), 35.0);
    QVERIFY(budget.leavesOut(first, false, Seconds(75)).empty());
    // What is scarce is shared.
    QCOMPARE(budget.longest(first, Seconds(80))->count(), 10.0);
    // What is known may take all the time.
    QCOMPARE(budget.longest(std::vector{runOf("c", 1)}, Seconds(40))->count(), 60.0);
}

void TimeBudgetTest::leftOutIsReadBackAndSaid()
{
    TimeBudget times(Seconds(0));
    times.note(cellOf("a"), Seconds(12.5));
    times.note(cellOf("c"), Seconds(1));
    std::vector runs{runOf("a", 4), runOf("a", 5)};
    for (const char* engine : {"b", "c"})
        for (int repeat = 1; repeat <= 5; ++repeat)
            runs.push_back(runOf(engine, repeat));
    for (auto& run : runs)
        run.cell.profile = run.cell.engine == "c" ? "naive" : "default";
    times.note(runs.back().cell, Seconds(1));
    times.note(runs.front().cell, Seconds(12.5));
    runs.push_back(runs[2]); // its warm-up
    runs.back().warmup = true;
    const auto leftOut = leftOutOf(runs, 5, Seconds(120), times);
    QCOMPARE(leftOut.rounds, 0);
    QCOMPARE(leftOut.runs, 13);
    QCOMPARE(leftOut.untried, 1);
    QCOMPARE(describe(leftOut),
             std::string("13 runs did not fit into 2 min 00 s (about 30.0 s more): a after 3 of 5 "
                         "rounds; c naive after the warm-up; b without a finished run"));
    QVERIFY(*leftOutFromJson(*parseJson(toLine(toJson(leftOut)))) == leftOut);
    QVERIFY(!leftOutFromJson(*parseJson(R"({"rounds": 3})")));
    QVERIFY(!leftOutFromJson(*parseJson("[]")));
    const auto refused = [&](const char* field, const Json& value) {
        Json changed = toJson(leftOut);
        changed[field] = value;
        return !leftOutFromJson(changed);
    };
    QVERIFY(refused("seconds", 1e300));
    QVERIFY(refused("runs", -1));
    QVERIFY(refused("cells", 3));
    QVERIFY(refused("cells", Json::array({3})));
    QVERIFY(refused("cells", Json(LeftOut::mostCells + 1, Json::object())));
    // A session of a version that did not name the cells; one with a name that is none.
    Json changed = toJson(leftOut);
    changed.erase("cells");
    QCOMPARE(describe(*leftOutFromJson(changed)),
             std::string("13 runs did not fit into 2 min 00 s (about 30.0 s more): all after 0 of "
                         "5 rounds"));
    changed = toJson(leftOut);
    changed["cells"][0]["title"] = "a\x1b[31m";
    QVERIFY(describe(*leftOutFromJson(changed)).find('\x1b') == std::string::npos);
}

void TimeBudgetTest::manyCellsAreNamedInPart()
{
    LeftOut leftOut{.budget = Seconds(60), .plannedRounds = 5, .runs = 8, .needs = {}, .cells = {}};
    for (int workers = 1; workers <= 8; ++workers)
        leftOut.cells.push_back({"dask", "Dask", "default", workers, 1, true});
    QCOMPARE(describe(leftOut),
             std::string("8 runs did not fit into 1 min 00 s: Dask ×1, Dask ×2, Dask ×3, Dask ×4, "
                         "Dask ×5, Dask ×6 and 2 more after 1 of 5 rounds"));
}

void TimeBudgetTest::roundsRunWhileTheyFit()
{
    RunnerFixture fixture;
    Recorder seen;
    const Plan asked = plan(fixture, 65);
    const auto outcome = run(fixture, asked, seen);
    VERIFY_RESULT(outcome);
    // A warm-up and two rounds of 20 s; a third would end after 80.
    QCOMPARE(outcome->ok, 6);
    QVERIFY(!outcome->cancelled);
    QVERIFY(outcome->leftOut.has_value());
    QCOMPARE(describe(*outcome->leftOut),
             std::string("6 runs did not fit into 1 min 05 s (about 1 min 00 s more): Chunked "
                         "(Spillway) ×1, Chunked (Spillway) ×2 after 2 of 5 rounds"));
    QCOMPARE(outcome->leftOut->rounds, 2);
    QCOMPARE(seen.planned.size(), std::size_t(6)); // of 12
    std::map<int, int> perWorkers;
    for (const auto& record : seen.ended)
        ++perWorkers[record.cell.workers];
    QVERIFY((perWorkers == std::map<int, int>{{1, 3}, {2, 3}}));
    const auto plans = fixture.store().plans();
    VERIFY_RESULT(plans);
    QVERIFY(plans->front().finished); // it ended as it was asked to
    QVERIFY(*leftOutFromJson(*parseJson(plans->front().leftOut)) == *outcome->leftOut);
    QVERIFY(*planFromText(plans->front().text) == asked);
}

void TimeBudgetTest::firstRoundEndsWithTheTime()
{
    RunnerFixture fixture;
    Recorder seen;
    const auto outcome = run(fixture, plan(fixture, 5), seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 1);
    QCOMPARE(outcome->leftOut->rounds, 0);
    QCOMPARE(outcome->leftOut->runs, 11);
    QCOMPARE(outcome->leftOut->untried, 1);
    // A run that began in time is not cut, and then there is none left for a round.
    RunnerFixture other;
    Recorder more;
    const auto second = run(other, plan(other, 15), more);
    VERIFY_RESULT(second);
    QCOMPARE(second->ok, 2);
    QVERIFY(std::ranges::all_of(more.ended, &RunRecord::warmup));
    QCOMPARE(second->leftOut->untried, 0);
}

void TimeBudgetTest::runThatBecomesSlowerEndsTheRound()
{
    RunnerFixture fixture;
    Recorder seen;
    // The third round's first run takes 25 s: what is left no longer holds the second.
    takes_ = [&](const RunRecord&) { return seen.ended.size() == 5 ? 25.0 : 10.0; };
    const auto outcome = run(fixture, plan(fixture, 69), seen);
    takes_ = {};
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 5);
    QCOMPARE(outcome->leftOut->rounds, 1);
    QCOMPARE(outcome->leftOut->runs, 7);
}

/// Whichever cell a round happens to begin with.
void TimeBudgetTest::skippedRunsBeginNoRound()
{
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        RunnerFixture fixture;
        Recorder seen;
        Plan asked = plan(fixture, 75);
        asked.engines.push_back({"fail", {}}); // skipped from the second failure on
        asked.workers = {1, 2};
        asked.seed = seed;
        takes_ = [](const RunRecord& record) {
            return record.status == RunStatus::Ok ? 10.0 : 0.0;
        };
        const auto outcome = run(fixture, asked, seen);
        takes_ = {};
        VERIFY_RESULT(outcome);
        QCOMPARE(outcome->ok, 6); // 15 s are left, and a round takes 20
        QCOMPARE(outcome->leftOut->rounds, 2);
        QVERIFY(outcome->failed > 0);
    }
}

void TimeBudgetTest::timeBeforeTheFirstRunCounts()
{
    RunnerFixture fixture;
    fixture.began = now_ - Seconds(30);
    Recorder seen;
    const auto outcome = run(fixture, plan(fixture, 65), seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 2); // 35 s: the warm-up
}

void TimeBudgetTest::refusalsCostNothing()
{
    RunnerFixture fixture;
    Recorder seen;
    Plan mixed = plan(fixture, 45);
    mixed.workers = {1};
    mixed.engines.push_back({"nobody", {}});
    const auto outcome = run(fixture, mixed, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->unsupported, 1);
    QCOMPARE(outcome->ok, 3); // 10 s are gone with the refusal's record
    QCOMPARE(outcome->leftOut->runs, 3);
}

void TimeBudgetTest::continuedPlanGetsItsBudgetAnew()
{
    RunnerFixture fixture;
    Recorder seen;
    Plan asked = plan(fixture, 65);
    VERIFY_RESULT(run(fixture, asked, seen));
    // With the figures of the first start, from its first run on: rounds 3, 4 and 5 need 60 s.
    // While it goes on it has not come to its end, should it be killed now.
    bool ended = false;
    takes_ = [&](const RunRecord&) {
        const auto stored = fixture.store().plans()->front();
        ended = ended || stored.finished || !stored.leftOut.empty();
        return 10.0;
    };
    const auto more = run(fixture, asked, seen, true);
    takes_ = {};
    VERIFY_RESULT(more);
    QVERIFY(!ended);
    QCOMPARE(more->ok, 6);
    QVERIFY(!more->leftOut);
    QCOMPARE(fixture.store().runs()->size(), std::size_t(12));
    QCOMPARE(fixture.store().plans()->size(), std::size_t(1));
    QVERIFY(fixture.store().plans()->front().leftOut.empty());
    // Another budget makes no other plan.
    asked.budget.reset();
    const auto none = run(fixture, asked, seen, true);
    VERIFY_RESULT(none);
    QCOMPARE(none->ok, 0);
    QCOMPARE(fixture.store().plans()->size(), std::size_t(1));
}

void TimeBudgetTest::historyTellsWhatFits()
{
    RunnerFixture fixture;
    Recorder seen;
    Plan asked = plan(fixture, 65);
    VERIFY_RESULT(run(fixture, asked, seen));
    // Not time enough even for the first run, which took longer before: nothing is begun.
    asked.budget = Seconds(1e-6);
    const auto outcome = run(fixture, asked, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->ok, 0);
    QCOMPARE(outcome->leftOut->runs, 12);
    QCOMPARE(outcome->leftOut->untried, 0);
}

void TimeBudgetTest::slowCellStopsWhileTheOthersAreDecided()
{
    RunnerFixture fixture;
    Recorder seen;
    Plan asked = plan(fixture, 200);
    asked.workers = {1, 2, 3};
    takes_ = [](const RunRecord& record) { return record.cell.workers == 3 ? 60.0 : 5.0; };
    const auto outcome = run(fixture, asked, seen);
    takes_ = {};
    VERIFY_RESULT(outcome);
    // A warm-up of 70 s, a whole round, and four of the two others.
    std::map<int, int> counted;
    for (const auto& record : seen.ended)
        if (!record.warmup) ++counted[record.cell.workers];
    QVERIFY((counted == std::map<int, int>{{1, 5}, {2, 5}, {3, 1}}));
    QCOMPARE(seen.planned.size(), seen.ended.size());
    for (std::size_t i = 0; i < seen.ended.size(); ++i)
        QVERIFY(seen.planned[i].cell == seen.ended[i].cell);
    QCOMPARE(outcome->leftOut->runs, 4);
    QCOMPARE(outcome->leftOut->rounds, 1);
    QCOMPARE(outcome->leftOut->cells.size(), std::size_t(1));
    QCOMPARE(outcome->leftOut->cells.front().workers, 3);
}

/// An engine that hangs would keep a plan of two seconds for its time-out of a minute.
void TimeBudgetTest::runThatOutlastsTheBudgetIsStopped()
{
    RunnerFixture fixture;
    Recorder seen;
    Plan asked = plan(fixture, 3);
    asked.workers = {1};
    asked.engines.push_back({"hang", {}});
    const auto outcome = fixture.run(asked, seen);
    VERIFY_RESULT(outcome);
    QCOMPARE(outcome->failed, 0); // it was not given its time
    QVERIFY(!outcome->cancelled);
    QVERIFY(outcome->ok >= 2); // the other's warm-up, and a round that there was room for
    QCOMPARE(outcome->leftOut->untried, 1);
    QCOMPARE(outcome->leftOut->cells.back().engine, std::string("hang"));
    const auto stopped = std::ranges::find(seen.ended, std::string("hang"),
                                           [](const RunRecord& each) { return each.cell.engine; });
    QVERIFY(stopped != seen.ended.end());
    QVERIFY(stopped->status == RunStatus::Cancelled);
    QVERIFY2(stopped->error->message.find("time budget of 3.00 s") != std::string::npos,
             stopped->error->message.c_str());
    QVERIFY(stopped->wallSeconds < 30);
    // With more time it is tried again.
    const auto runs = fixture.store().runs();
    VERIFY_RESULT(runs);
    QCOMPARE(missingRuns(std::vector{runOf(stopped->cell, 1, true)}, *runs).size(), std::size_t(1));
}

SPILLWAY_TESTS(TimeBudgetTest, QCoreApplication)
#include "time_budget_test.moc"
