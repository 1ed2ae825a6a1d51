#include "../core/experiment/example_plan.h"
#include "suites/suites.h"

#include "work/earlier_runs.h"

#include <QtTest>

using namespace spillway;

namespace {

std::vector<RunRecord> recordsOf(const std::vector<PlannedRun>& runs)
{
    std::vector<RunRecord> records;
    for (const auto& run : runs) {
        RunRecord record;
        record.cell = run.cell;
        record.warmup = run.warmup;
        record.repeat = run.repeat;
        record.wallSeconds = 2;
        record.seconds = 1;
        records.push_back(record);
    }
    return records;
}

} // namespace

/// A plan that goes on has the rows and the counts that it had.
class EarlierRunsTest : public QObject {
    Q_OBJECT
private slots:
    void aResumedPlanCountsOn()
    {
        const Plan plan = example::plan();
        const auto all = expand(plan, example::engines());
        const std::vector<PlannedRun> done(all.begin(), all.begin() + 7);
        const std::vector<PlannedRun> rest(all.begin() + 7, all.end());
        const auto progress = continuedProgress(plan, rest, recordsOf(done), example::engines());
        QCOMPARE(progress.total(), all.size());
        QCOMPARE(progress.ended(), std::size_t(7));
        QVERIFY(progress.runs.back() == all.back());
        QVERIFY(!progress.statuses[7]);
    }

    void whatFailedAndRunsAgainIsNotDone()
    {
        const Plan plan = example::plan();
        const auto all = expand(plan, example::engines());
        auto records = recordsOf(all);
        records[3].status = RunStatus::MemoryLimit;
        const auto progress = continuedProgress(plan, {all[3]}, records, example::engines());
        QCOMPARE(progress.total(), all.size());
        QCOMPARE(progress.ended(), all.size() - 1);
    }

    void roundsAfterALookAreCountedToo()
    {
        Plan plan = example::plan();
        plan.untilDecided = true;
        const auto all = expand(plan, example::engines());
        auto records = recordsOf(all);
        const auto further = roundsOf(plan, all, 6, 10, {all[0].cell});
        for (const auto& record : recordsOf({further[0], further[1]}))
            records.push_back(record);
        const auto progress = continuedProgress(plan, {further.begin() + 2, further.end()}, records,
                                                example::engines());
        QCOMPARE(progress.total(), all.size() + 5);
        QCOMPARE(progress.ended(), all.size() + 2);
    }
};

SPILLWAY_TESTS(EarlierRunsTest, QCoreApplication)
#include "earlier_runs_test.moc"
