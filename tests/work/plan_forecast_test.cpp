#include "suites/suites.h"
#include "work/plan_forecast.h"

#include <QtTest>

using namespace spillway;

namespace {

CellKey cellOf(const std::string& engine, int workers = 1)
{
    CellKey cell;
    cell.engine = engine;
    cell.workers = workers;
    return cell;
}

/// Each of `cells` once a round.
PlanProgress planOf(const std::vector<CellKey>& cells, int rounds)
{
    PlanProgress plan;
    for (int round = 0; round < rounds; ++round)
        for (const CellKey& cell : cells) {
            PlannedRun run;
            run.cell = cell;
            run.round = round;
            run.warmup = round == 0;
            plan.runs.push_back(run);
        }
    plan.statuses.resize(plan.runs.size());
    plan.wallSeconds.resize(plan.runs.size());
    return plan;
}

void end(PlanProgress& plan, std::size_t position, double seconds, RunStatus status = RunStatus::Ok)
{
    plan.statuses[position] = status;
    plan.wallSeconds[position] = seconds;
}

double leftOf(const PlanProgress& plan, double elapsed = 0)
{
    return forecast(plan, Seconds(elapsed)).left->count();
}

/// What the rest of the plan really takes, against what was said: within a factor of two.
bool isRight(double said, double really)
{
    return said <= 2 * really && really <= 2 * said;
}

} // namespace

class PlanForecastTest : public QObject {
    Q_OBJECT
private slots:
    void nothingIsSaidBeforeAnythingIsKnown()
    {
        const PlanProgress plan = planOf({cellOf("a"), cellOf("b")}, 3);
        QVERIFY(!forecast(plan, Seconds(0)).left);
        QCOMPARE(forecast(plan, Seconds(0)).queue.size(), std::size_t(6));
    }

    void earlierPlansAreKnownFromTheStart()
    {
        PlanProgress plan = planOf({cellOf("a"), cellOf("b")}, 3);
        plan.earlier[cellOf("a")] = Seconds(4);
        QCOMPARE(leftOf(plan), 6 * 4.0); // the other one is expected to be alike
        plan.earlier[cellOf("b")] = Seconds(1);
        QCOMPARE(leftOf(plan), 3 * (4.0 + 1.0));
    }

    void afterTheFirstRoundItIsRightWithinAFactorOfTwo()
    {
        // Start-up from a cold disk: first runs take up to four times as long as later ones.
        const std::vector<CellKey> cells{cellOf("polars"), cellOf("duckdb"), cellOf("dask"),
                                         cellOf("ray")};
        const std::vector<double> first{2.1, 1.0, 9, 16};
        const std::vector<double> later{0.9, 0.5, 7, 11};
        PlanProgress plan = planOf(cells, 6);
        for (std::size_t i = 0; i < 4; ++i)
            end(plan, i, first[i]);
        const double really = 5 * (0.9 + 0.5 + 7 + 11);
        QVERIFY2(isRight(leftOf(plan), really), qPrintable(QString::number(leftOf(plan))));
        // The first later run says how much faster the others become.
        end(plan, 4, later[0]);
        const double rest = really - 0.9;
        QVERIFY2(isRight(leftOf(plan), rest), qPrintable(QString::number(leftOf(plan))));
        for (std::size_t i = 1; i < 4; ++i)
            end(plan, 4 + i, later[i]);
        QCOMPARE(leftOf(plan), 4 * (0.9 + 0.5 + 7 + 11));
    }

    void failuresAreTriedTwiceAndThenSkipped()
    {
        PlanProgress plan = planOf({cellOf("a"), cellOf("b")}, 6);
        end(plan, 0, 2);
        end(plan, 1, 30, RunStatus::TimedOut);
        // Five more of a, and one more of b before the rest is skipped.
        QCOMPARE(leftOf(plan), 5 * 2.0 + 30);
        end(plan, 2, 2);
        end(plan, 3, 30, RunStatus::TimedOut);
        QCOMPARE(leftOf(plan), 4 * 2.0);
    }

    void whatRunsIsCountedDownAndNeverBelowNothing()
    {
        PlanProgress plan = planOf({cellOf("a")}, 3);
        end(plan, 0, 8);
        plan.current = 1;
        QCOMPARE(leftOf(plan, 3), 5.0 + 8.0);
        QCOMPARE(leftOf(plan, 60), 8.0);
    }

    void anotherWorkerCountIsABetterGuessThanAnotherEngine()
    {
        PlanProgress plan = planOf({cellOf("a", 1), cellOf("b", 1), cellOf("a", 2)}, 1);
        end(plan, 0, 1);
        end(plan, 1, 50);
        QCOMPARE(leftOf(plan), 1.0);
    }
};

SPILLWAY_TESTS(PlanForecastTest, QCoreApplication)
#include "plan_forecast_test.moc"
