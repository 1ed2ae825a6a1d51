#include "protocol/decision_looks.h"
#include "runner_fixture.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace spillway;
using namespace spillway::testing;

/// Rounds that follow a plan's own: of what is undecided, and of what failed.
class FurtherRoundsTest : public QObject {
    Q_OBJECT

    static Plan plan(RunnerFixture& fixture, const std::string& engine = "chunked")
    {
        Plan plan = RunnerFixture::plan({fixture.writeRows("rounds.csv", 2000)}, engine);
        plan.workers = {1, 2};
        return plan;
    }

    /// Nothing is undecided after `looks` looks; before that the cell with one worker is.
    static UndecidedCells openFor(int& looks)
    {
        return [&looks](const std::vector<RunRecord>& records) {
            std::vector<CellKey> open;
            if (looks-- > 0)
                for (const auto& record : records)
                    if (record.cell.workers == 1 && open.empty()) open.push_back(record.cell);
            return open;
        };
    }

private slots:
    void whatIsUndecidedIsRunUpToTheNextLooks()
    {
        RunnerFixture fixture;
        int looks = 2;
        fixture.undecided = openFor(looks);
        Plan until = plan(fixture);
        until.untilDecided = true;
        Recorder seen;
        VERIFY_RESULT(fixture.run(until, seen));
        QCOMPARE(seen.added, (std::vector<std::pair<int, std::size_t>>{{5, 5}, {10, 10}}));
        QCOMPARE(seen.ended.size(), std::size_t(2 * 5 + 5 + 10));
        QCOMPARE(std::ranges::count(seen.ended, 1, [](const auto& r) { return r.cell.workers; }),
                 20);
        std::set<std::pair<int, int>> pairs; // every run is of another round of its cell
        for (const auto& record : seen.ended) {
            pairs.emplace(record.cell.workers, record.round);
            QVERIFY(std::ranges::find(record.flags, untilDecidedFlag) != record.flags.end());
        }
        QCOMPARE(pairs.size(), seen.ended.size());
        QVERIFY(fixture.store().plans()->front().finished);
    }

    void aPlanOfFixedRoundsGoesOnUnderItsNumber()
    {
        RunnerFixture fixture;
        int looks = 1;
        fixture.undecided = openFor(looks);
        Plan fixed = plan(fixture);
        fixed.repeats = 6;
        Recorder first;
        VERIFY_RESULT(fixture.run(fixed, first));
        QVERIFY(first.added.empty());
        fixed.untilDecided = true;
        Recorder second;
        VERIFY_RESULT(fixture.run(fixed, second, {}, true));
        QCOMPARE(second.ended.size(), std::size_t(4)); // rounds 7 to 10 of one cell
        QCOMPARE(second.planned.front().repeat, 7);
        const auto plans = fixture.store().plans();
        QCOMPARE(plans->size(), std::size_t(1));
        QVERIFY(planFromText(plans->front().text)->untilDecided); // so a stop can be resumed
    }

    void aSpentBudgetEndsIt()
    {
        RunnerFixture fixture;
        int looks = 9;
        fixture.undecided = openFor(looks);
        Plan until = plan(fixture);
        until.untilDecided = true;
        until.budget = Seconds(125);
        Seconds now{1000};
        fixture.clock = [&] { return now; };
        Recorder seen;
        seen.afterRun = [&](const RunRecord&) { now += Seconds(10); };
        const auto outcome = fixture.run(until, seen);
        VERIFY_RESULT(outcome);
        QVERIFY(outcome->leftOut.has_value());
        QCOMPARE(seen.ended.size(), std::size_t(12)); // ten, and two of the five that follow
        QCOMPARE(outcome->leftOut->runs, 3);
        QCOMPARE(outcome->leftOut->plannedRounds, 10);
    }

    void aStopBetweenLooksIsResumedThere()
    {
        RunnerFixture fixture;
        int looks = 1;
        fixture.undecided = openFor(looks);
        Plan until = plan(fixture);
        until.untilDecided = true;
        std::stop_source stop;
        Recorder seen;
        seen.afterRun = [&](const RunRecord& record) {
            if (record.repeat == 7) stop.request_stop();
        };
        VERIFY_RESULT(fixture.run(until, seen, {}, false, stop.get_token()));
        QVERIFY(!fixture.store().plans()->front().finished);
        looks = 1;
        const auto left =
            remainingRuns(until, seen.planned, *fixture.store().runs(), fixture.undecided);
        looks = 1;
        Recorder rest;
        VERIFY_RESULT(fixture.run(until, rest, {}, true));
        QCOMPARE(rest.ended.size(), left.size());
        QCOMPARE(rest.ended.front().repeat, 8);
        QVERIFY(fixture.store().plans()->front().finished);
    }

    void whatFailedIsRunAgainOnlyWhenAsked()
    {
        RunnerFixture fixture;
        Plan failing = plan(fixture, "fail");
        failing.workers = {1};
        failing.repeats = 4; // two failures skip the rest
        Recorder first;
        VERIFY_RESULT(fixture.run(failing, first));
        QCOMPARE(first.ended.size(), std::size_t(4));
        Recorder plain;
        VERIFY_RESULT(fixture.run(failing, plain, {}, true));
        QVERIFY(plain.ended.empty());
        fixture.rerunFailed = true;
        Recorder again;
        VERIFY_RESULT(fixture.run(failing, again, {}, true));
        QCOMPARE(again.ended.size(), std::size_t(4));
        QCOMPARE(again.ended.front().status, RunStatus::Failed); // it was tried, not skipped
        QCOMPARE(fixture.store().plans()->size(), std::size_t(1));
    }
};

SPILLWAY_TESTS(FurtherRoundsTest, QCoreApplication)
#include "further_rounds_test.moc"
