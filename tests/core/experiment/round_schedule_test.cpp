#include "example_plan.h"
#include "suites/suites.h"

#include "base/json.h"
#include "experiment/round_schedule.h"

#include <QtTest>

#include <set>

using namespace spillway;

namespace {

Plan untilDecided()
{
    Plan plan = example::plan();
    plan.warmup = 1;
    plan.untilDecided = true;
    return plan;
}

std::vector<RunRecord> ranAll(const std::vector<PlannedRun>& runs)
{
    std::vector<RunRecord> records;
    for (const auto& run : runs) {
        RunRecord record;
        record.cell = run.cell;
        record.warmup = run.warmup;
        record.repeat = run.repeat;
        record.round = run.round;
        record.seconds = 1;
        records.push_back(record);
    }
    return records;
}

std::set<int> roundsIn(const std::vector<PlannedRun>& runs)
{
    std::set<int> rounds;
    for (const auto& run : runs)
        rounds.insert(run.round);
    return rounds;
}

} // namespace

class RoundScheduleTest : public QObject {
    Q_OBJECT
private slots:
    void aFixedPlanIsOneBatch()
    {
        const Plan plan = example::plan();
        const auto all = expand(plan, example::engines());
        RoundSchedule schedule(plan, all,
                               [&](const auto&) { return std::vector<CellKey>{all.front().cell}; });
        QCOMPARE(schedule.next({}).size(), all.size());
        QVERIFY(schedule.next({}).empty());
    }

    void roundsFollowUpToTheNextLookForWhatIsUndecided()
    {
        const Plan plan = untilDecided();
        const auto all = expand(plan, example::engines());
        QCOMPARE(all.size(), std::size_t(6 * (1 + 5))); // repeats do not matter
        std::vector<CellKey> open{all[0].cell, all[3].cell};
        RoundSchedule schedule(plan, all, [&](const auto&) { return open; });
        QCOMPARE(schedule.next({}).size(), all.size());
        const auto further = schedule.next({});
        QCOMPARE(further.size(), std::size_t(2 * 5));
        QCOMPARE(roundsIn(further), (std::set<int>{6, 7, 8, 9, 10}));
        for (const auto& run : further) {
            QVERIFY(!run.warmup);
            QCOMPARE(run.repeat, run.round); // after one warm-up
        }
        open.resize(1);
        QCOMPARE(schedule.next({}).size(), std::size_t(10));
        QCOMPARE(schedule.rounds(), 20);
        open.clear();
        QVERIFY(schedule.next({}).empty());
    }

    void theLastLookEndsIt()
    {
        const Plan plan = untilDecided();
        const auto all = expand(plan, example::engines());
        RoundSchedule schedule(plan, all,
                               [&](const auto&) { return std::vector<CellKey>{all[0].cell}; });
        std::size_t runs = 0;
        for (auto batch = schedule.next({}); !batch.empty(); batch = schedule.next({}))
            runs += batch.size();
        QCOMPARE(runs, all.size() + 35);
    }

    void cellsOfOtherPlansAreNotRun()
    {
        const Plan plan = untilDecided();
        CellKey foreign;
        foreign.engine = "ray";
        RoundSchedule schedule(plan, expand(plan, example::engines()),
                               [&](const auto&) { return std::vector<CellKey>{foreign}; });
        schedule.next({});
        QVERIFY(schedule.next({}).empty());
    }

    void whatIsLeftOfAStoppedPlanIsOfTheRoundsThatItIsIn()
    {
        const Plan plan = untilDecided();
        const auto all = expand(plan, example::engines());
        const UndecidedCells one = [&](const auto&) { return std::vector<CellKey>{all[0].cell}; };
        auto records = ranAll(all);
        records.pop_back();
        QCOMPARE(remainingRuns(plan, all, records, one).size(), std::size_t(1));
        const auto later = remainingRuns(plan, all, ranAll(all), one);
        QCOMPARE(later.size(), std::size_t(5));
        auto further = ranAll(all);
        for (const auto& record : ranAll(later))
            further.push_back(record);
        QCOMPARE(remainingRuns(plan, all, further, one).size(), std::size_t(10));
        QVERIFY(remainingRuns(plan, all, further, {}).empty());
    }

    void failedRunsAreLeftWhenTheyAreToRunAgain()
    {
        const Plan plan = example::plan();
        const auto all = expand(plan, example::engines());
        auto records = ranAll(all);
        records[0].status = RunStatus::MemoryLimit;
        records[1].status = RunStatus::Skipped;
        QVERIFY(missingRuns(all, records).empty());
        const auto again = missingRuns(all, records, true);
        QCOMPARE(again.size(), std::size_t(2));
        QVERIFY(again[0] == all[0]);
        QVERIFY(again[1] == all[1]);
    }

    void thePlanIsWrittenAndReadBack()
    {
        Plan plan = untilDecided();
        plan.memoryLimit = 1'000'000'000;
        const auto read = planFromJson(toJson(plan));
        QVERIFY(read.has_value());
        QVERIFY(read->untilDecided);
        QVERIFY(commandLineOf(plan).find(" --until-decided") != std::string::npos);
        QVERIFY(commandLineOf(plan).find("--repeats") == std::string::npos);
        Json json = toJson(plan);
        json["until_decided"] = "yes";
        QVERIFY(!planFromJson(json));
        plan.untilDecided = false;
        QVERIFY(!toJson(plan).contains("until_decided")); // sessions of earlier versions
    }
};

SPILLWAY_TESTS(RoundScheduleTest, QCoreApplication)
#include "round_schedule_test.moc"
