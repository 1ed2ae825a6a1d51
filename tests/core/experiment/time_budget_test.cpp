#include "runner_fixture.h"
#include "suites/suites.h"

#include "base/json.h"

#include <QtTest>

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

PlannedRun runOf(const std::string& engine, int round = 0, bool warmup = false)
{
    PlannedRun run;
    run.cell = cellOf(engine);
    run.round = round;
    run.warmup = warmup;
    return run;
}

} // namespace

/// A plan's time budget: what it expects of runs, and that the real runner keeps to it on a clock
/// of the test's own, on which every run takes what the test says.
class TimeBudgetTest : public QObject {
    Q_OBJECT
private slots:
    void nothingKnownIsTriedWhileThereIsTime();
    void firstRunCountsUntilThereIsAnother();
    void roundsAreExpectedWhole();
    void leftOutIsReadBackAndSaid();
    void roundsRunWhileTheyFit();
    void firstRoundEndsWithTheTime();
    void runThatBecomesSlowerEndsTheRound();
    void skippedRunsBeginNoRound();
    void timeBeforeTheFirstRunCounts();
    void refusalsCostNothing();
    void continuedPlanGetsItsBudgetAnew();
    void historyTellsWhatFits();

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
    const TimeBudget endless({});
    QVERIFY(endless.hasRoomFor(runOf("a"), Seconds(1e9)));
    const TimeBudget budget(Seconds(10));
    QVERIFY(budget.hasRoomFor(runOf("a"), Seconds(9.9)));
    QVERIFY(!budget.hasRoomFor(runOf("a"), Seconds(10)));
    QVERIFY(!budget.expected(cellOf("a")));
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
    QCOMPARE(budget.expected(cellOf("a"))->count(), 5.0);
    // An earlier start of the plan stands in for the first run.
    budget.expect(cellOf("b"), Seconds(7));
    QCOMPARE(budget.expected(cellOf("b"))->count(), 7.0);
    budget.note(cellOf("b"), Seconds(2));
    QCOMPARE(budget.expected(cellOf("b"))->count(), 2.0);
}

void TimeBudgetTest::roundsAreExpectedWhole()
{
    TimeBudget budget(Seconds(100));
    budget.note(cellOf("a"), Seconds(30));
    budget.note(cellOf("b"), Seconds(10));
    const std::vector round{runOf("a"), runOf("b")};
    QVERIFY(budget.hasRoomFor(round, Seconds(60)));
    QVERIFY(!budget.hasRoomFor(round, Seconds(60.1)));
    QVERIFY(budget.hasRoomFor(round.back(), Seconds(90)));
}

void TimeBudgetTest::leftOutIsReadBackAndSaid()
{
    TimeBudget times(Seconds(0));
    times.note(cellOf("a"), Seconds(12.5));
    const auto leftOut =
        leftOutOf(std::vector{runOf("a", 1), runOf("a", 2), runOf("b", 2)}, 5, Seconds(120), times);
    QCOMPARE(leftOut.rounds, 3);
    QCOMPARE(leftOut.runs, 3);
    QCOMPARE(leftOut.untried, 1);
    QCOMPARE(describe(leftOut),
             std::string("3 of 5 rounds in 2 min 00 s; 3 runs are left out (about 25.0 s); of 1 "
                         "cell nothing ran"));
    QVERIFY(*leftOutFromJson(*parseJson(toLine(toJson(leftOut)))) == leftOut);
    QVERIFY(!leftOutFromJson(*parseJson(R"({"rounds": 3})")));
    QVERIFY(!leftOutFromJson(*parseJson("[]")));
    Json endless = toJson(leftOut);
    endless["seconds"] = 1e300;
    QVERIFY(!leftOutFromJson(endless));
    endless["seconds"] = 5;
    endless["runs"] = -1;
    QVERIFY(!leftOutFromJson(endless));
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
    QVERIFY((*outcome->leftOut == LeftOut{.budget = Seconds(65),
                                          .rounds = 2,
                                          .plannedRounds = 5,
                                          .runs = 6,
                                          .untried = 0,
                                          .needs = Seconds(60)}));
    QCOMPARE(seen.planned.size(), std::size_t(12));
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

SPILLWAY_TESTS(TimeBudgetTest, QCoreApplication)
#include "time_budget_test.moc"
