#include "live_runs.h"
#include "suites/suites.h"
#include "ui/live/live_band.h"
#include "ui/live/live_series.h"
#include "ui/live/run_queue_model.h"
#include "ui/live/worker_model.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace spillway;

namespace {

constexpr auto failing = QAbstractItemModelTester::FailureReportingMode::QtTest;
const Seconds begin(1000);

WatchedRun bareRun()
{
    WatchedRun run;
    run.run = plannedRun(cellOf("chunked", "default", 2), 1);
    run.startedAt = begin;
    run.goAt = begin + Seconds(1);
    return run;
}

void count(WatchedRun& run, double t, const CountersEvent& counters)
{
    run.add(Event{begin + Seconds(t), counters});
}

} // namespace

class LiveModelsTest : public QObject {
    Q_OBJECT
private slots:
    void throughputIsTheSlopeOfBytesRead()
    {
        WatchedRun run = bareRun();
        for (int i = 2; i <= 4; ++i)
            count(run, i, {.rows = 5, .bytesRead = Bytes(i - 1) * 100'000'000});
        const Throughput throughput = throughputOf(run);
        QCOMPARE(throughput.unit, ThroughputUnit::Megabytes);
        QCOMPARE(throughput.points.front(), QPointF(1, 100));
        QCOMPARE(throughput.points.back(), QPointF(4, 100));
    }

    void throughputIsInRowsWhenBytesAreNotTold()
    {
        WatchedRun run = bareRun();
        count(run, 2, {.rows = 3'000'000});
        const Throughput throughput = throughputOf(run);
        QCOMPARE(throughput.unit, ThroughputUnit::MillionRows);
        QCOMPARE(throughput.points.back(), QPointF(2, 3));
    }

    void theEnginesOwnCurveGoesBySecondsSinceGo()
    {
        WatchedRun run = bareRun();
        run.goAt.reset();
        run.add(Event{begin, SeriesEvent{"Best loss", {{0.5, 2}}}});
        QVERIFY(ownCurveOf(run).points.isEmpty()); // it has not begun
        run.goAt = begin + Seconds(3);
        run.add(Event{begin, SeriesEvent{"Another", {{1, 1}}}});
        run.add(Event{begin, SeriesEvent{"Best loss", {{2, 1}}}});
        const OwnCurve curve = ownCurveOf(run);
        QCOMPARE(curve.name, QStringLiteral("Best loss"));
        const double go = (*run.goAt - run.startedAt).count();
        QCOMPARE(curve.points, (QList<QPointF>{{go + 0.5, 2}, {go + 2, 1}}));
        std::vector<std::pair<double, double>> many(WatchedRun::maxPoints);
        for (std::size_t i = 0; i < many.size(); ++i)
            many[i] = {3 + double(i), 0};
        run.add(Event{begin, SeriesEvent{"Best loss", many}});
        QVERIFY(std::size_t(ownCurveOf(run).points.size()) <= WatchedRun::maxPoints);
        // What a damaged session may hold.
        run.add(Event{begin, SeriesEvent{"Best loss", {{0, 7}}}});
        QVERIFY(ownCurveOf(run).points.back().y() == 0);
        for (int i = 0; i < 100; ++i)
            run.add(Event{begin, SeriesEvent{std::to_string(i), {}}});
        QCOMPARE(run.series.size(), maxSeries);
    }

    void throughputIsNothingWhenNothingIsTold()
    {
        QCOMPARE(throughputOf(bareRun()).unit, ThroughputUnit::None);
        QVERIFY(throughputOf(bareRun()).points.isEmpty());
    }

    void silenceOfTheCountersIsZero()
    {
        WatchedRun run = bareRun();
        count(run, 2, {.bytesRead = 100'000'000});
        run.add(sampleAt(begin + Seconds(6), 6, 2));
        const auto points = throughputOf(run).points;
        QCOMPARE(points.back(), QPointF(6, 0));
        QCOMPARE(points[1], QPointF(2, 100));
    }

    void countersThatFallAreNoNegativeRate()
    {
        WatchedRun run = bareRun();
        count(run, 2, {.bytesRead = 100'000'000});
        count(run, 3, {.bytesRead = 1});
        QCOMPARE(throughputOf(run).points.back(), QPointF(3, 0));
    }

    void aTalkativeEngineFillsNoMemory()
    {
        WatchedRun run = bareRun();
        for (std::size_t i = 0; i < 3 * WatchedRun::maxCounters; ++i) {
            count(run, 2 + static_cast<double>(i), {.bytesRead = static_cast<Bytes>(i)});
            run.add(Event{begin, PhaseEvent{"load", true}});
            run.add(Event{begin, LogEvent{"info", "again"}});
        }
        QVERIFY(run.counters.size() <= WatchedRun::maxCounters);
        QVERIFY(run.counters.size() > WatchedRun::maxCounters / 4);
        QCOMPARE(run.phases.size(), maxKeptPhases);
        QCOMPARE(run.log.size(), WatchedRun::maxLog);
    }

    void cpuIsCoresKeptBusy()
    {
        WatchedRun run = bareRun();
        for (int i = 0; i <= 20; ++i) {
            Sample sample;
            sample.t = begin + Seconds(i * 0.1);
            sample.userSeconds = i * 0.3;
            run.add(sample);
        }
        const auto points = cpuOf(run);
        QVERIFY(points.size() < 10); // not one a sample: CPU time is counted in steps
        for (const QPointF& point : points)
            QVERIFY(qAbs(point.y() - 3) < 1e-6);
        QCOMPARE(points.back().x(), 2.0);
    }

    void spillIsEmptyUntilThereIsSome()
    {
        WatchedRun run = bareRun();
        count(run, 2, {.spilledBytes = 0});
        QVERIFY(spillOf(run).isEmpty());
        count(run, 3, {.spilledBytes = 7'000'000});
        QCOMPARE(spillOf(run).back(), QPointF(3, 7));
    }

    void managedBytesAndThresholdsAreAsTheEngineTells()
    {
        WatchedRun run = bareRun();
        QVERIFY(run.memoryThresholds.empty());
        count(run, 1, {.storeBytes = 0});
        QVERIFY(managedOf(run).isEmpty());
        count(run, 2, {.storeBytes = 5'000'000});
        QCOMPARE(managedOf(run).back(), QPointF(2, 5e6));
        ReadyEvent ready;
        ready.settings["memoryThresholds"] = "0.60 0.70 7 oops";
        run.add(Event{begin, ready});
        QCOMPARE(run.memoryThresholds, (std::vector<double>{0.6, 0.7}));
    }

    void workersHaveTasksAndBusyShare()
    {
        WatchedRun run = bareRun();
        run.tasks = {{0, "scan", begin + Seconds(1), begin + Seconds(2)},
                     {0, "merge", begin + Seconds(2), begin + Seconds(3)},
                     {7, "stray", begin, begin + Seconds(9)}};
        const auto loads = workerLoads(run);
        QCOMPARE(loads.size(), std::size_t(2));
        QCOMPARE(loads[0].tasks, 2);
        QCOMPARE(*loads[0].busy, 1.0);
        QCOMPARE(loads[0].lastKind, std::string("merge"));
        QVERIFY(!loads[0].estimated);
        QCOMPARE(loads[1].tasks, 0);
        QCOMPARE(*loads[1].busy, 0.0);
    }

    void sampledTasksAreScaledAndSaidToBe()
    {
        WatchedRun run = bareRun();
        run.tasks = {{0, "scan", begin, begin + Seconds(1)},
                     {1, "scan", begin, begin + Seconds(4)}};
        count(run, 4, {.tasks = 8});
        const auto loads = workerLoads(run);
        QCOMPARE(loads[0].tasks, 4);
        QVERIFY(loads[0].estimated);
        QCOMPARE(*loads[0].busy, 1.0);
    }

    void workerRowsStayInPlace()
    {
        WorkerModel model;
        QAbstractItemModelTester tester(&model, failing);
        WatchedRun run = madeUpRun(cellOf("chunked", "default", 3), 4, begin, false);
        model.setLoads(workerLoads(run));
        QCOMPARE(model.rowCount(), 3);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        run = madeUpRun(cellOf("chunked", "default", 3), 6, begin, false);
        model.setLoads(workerLoads(run));
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(2, WorkerModel::Worker).data().toString(), QStringLiteral("3"));
        QCOMPARE(model.index(0, WorkerModel::Tasks).data().toString(), QStringLiteral("20"));
        model.setLoads(workerLoads(bareRun()));
        QCOMPARE(model.rowCount(), 2);
    }

    void theQueueIsInOrderWithTimes()
    {
        RunQueueModel model;
        QAbstractItemModelTester tester(&model, failing);
        PlanProgress plan = madeUpPlan(1); // refused, then 3 × (chunked, dask tuned, dask naive)
        std::vector<RunRecord> records;
        QVERIFY(!forecast(plan, Seconds(0)).left);
        QCOMPARE(forecast(plan, Seconds(0)).queue.size(), std::size_t(9));
        endRun(plan, records, 1, RunStatus::Ok, 9); // 10 s with start and end
        endRun(plan, records, 2, RunStatus::Ok, 19);
        plan.current = 3;
        const PlanForecast next = forecast(plan, Seconds(5));
        QCOMPARE(next.queue.size(), std::size_t(6));
        QCOMPARE(next.queue[0].position, std::size_t(4));
        // Dask tuned took 20, of which 5 are over: Dask naive is expected to be alike.
        QCOMPARE(next.queue[0].startsIn->count(), 15.0);
        QCOMPARE(next.queue[1].startsIn->count(), 25.0); // chunked took 10
        QCOMPARE(next.left->count(), 15.0 + 2 * (10 + 20 + 20));
        model.setQueue(plan, next);
        QCOMPARE(model.rowCount(), 6);
        QCOMPARE(model.index(0, RunQueueModel::StartsIn).data().toString(),
                 QStringLiteral("in 15 s"));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setQueue(plan, forecast(plan, Seconds(20)));
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.index(0, RunQueueModel::StartsIn).data().toString(), QStringLiteral("next"));
    }

    void phasesInWords_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("phase");
        QTest::addColumn<QString>("words");
        QTest::newRow("start") << int(RunState::Starting) << ""
                               << "Starting Chunked…";
        QTest::newRow("set up") << int(RunState::SettingUp) << ""
                                << "Starting Chunked…";
        QTest::newRow("cache") << int(RunState::PreparingCache) << ""
                               << "Reading the file into the cache…";
        QTest::newRow("running") << int(RunState::Running) << ""
                                 << "Running";
        QTest::newRow("load") << int(RunState::Running) << "load"
                              << "Loading";
        QTest::newRow("own") << int(RunState::Running) << "shuffle"
                             << "Shuffle";
        QTest::newRow("stopping") << int(RunState::Stopping) << "load"
                                  << "Stopping…";
    }

    void phasesInWords()
    {
        QFETCH(int, state);
        QFETCH(QString, phase);
        QFETCH(QString, words);
        WatchedRun run = bareRun();
        run.state = static_cast<RunState>(state);
        run.phase = phase.toStdString();
        QCOMPARE(phaseText(run), words);
    }

    void theBandTellsProgressAndEnding()
    {
        WatchedRun run = bareRun();
        run.progress = ProgressEvent{1'000'000'000, 4'000'000'000, "bytes"};
        const BandContent now = bandContent(run, {}, begin + Seconds(12));
        QCOMPARE(now.title, QStringLiteral("Chunked, 2 workers, repeat 1"));
        QCOMPARE(now.elapsed, QStringLiteral("12.0 s"));
        QCOMPARE(now.amount, QStringLiteral("1.00 GB of 4.00 GB"));
        QCOMPARE(*now.fraction, 0.25);
        run.progress = ProgressEvent{7, {}, "iterations"};
        QCOMPARE(bandContent(run, {}, begin).amount, QStringLiteral("7 iterations"));
        QVERIFY(!bandContent(run, {}, begin).fraction);
        run.progress = ProgressEvent{.done = 32, .total = 100, .unit = "percent"};
        QCOMPARE(bandContent(run, {}, begin).amount, QStringLiteral("32 %"));
        // What it told last is not where it ended.
        QVERIFY(bandContent(run, RunEnding{RunStatus::Ok, {}, {}}, begin).amount.isEmpty());
        const auto ending = endingOf(recordOf(run.run, 1, RunStatus::MemoryLimit, 3));
        // Reading into the cache before go is told like any other progress, and then over.
        run.enter(RunState::PreparingCache, begin);
        run.add(Event{begin, ProgressEvent{1'000'000, 4'000'000, "bytes"}});
        QCOMPARE(bandContent(run, {}, begin).amount, QStringLiteral("1.00 MB of 4.00 MB"));
        QCOMPARE(*bandContent(run, {}, begin).fraction, 0.25);
        run.enter(RunState::Running, begin);
        QVERIFY(bandContent(run, {}, begin).amount.isEmpty());
        const BandContent reading =
            bandContent(DatasetReading{"own.csv", DatasetStep::NativePass, 3'000'000, 4'000'000});
        QCOMPARE(reading.title, QStringLiteral("own.csv"));
        QCOMPARE(reading.amount, QStringLiteral("3.00 MB of 4.00 MB"));
        QCOMPARE(*reading.fraction, 0.75);
        const BandContent ended = bandContent(run, ending, begin);
        QVERIFY(ended.failed);
        QCOMPARE(ended.phase, QStringLiteral("Memory limit"));
        QVERIFY(ended.problem.contains(QStringLiteral("Raise the limit")));
    }

    void thePlansPlaceAndTimeLeft()
    {
        PlanProgress plan = madeUpPlan(1);
        QCOMPARE(planText({}, {}, true), QString());
        plan.current = 1;
        QCOMPARE(planText(plan, forecast(plan, Seconds(0)), true),
                 QStringLiteral("Run 1 of 9 · time left not known yet"));
        QCOMPARE(planText(plan, {}, false), QStringLiteral("0 of 9 runs ended"));
        // A time budget may end it sooner, and then it says how far it came.
        PlanForecast next;
        QVERIFY(!leftUntilEnd(plan, next, Seconds(100)));
        plan.endsBy = Seconds(120);
        QCOMPARE(leftUntilEnd(plan, next, Seconds(100))->count(), 20.0);
        QCOMPARE(leftUntilEnd(plan, next, Seconds(121))->count(), 0.0);
        next.left = Seconds(5);
        QCOMPARE(leftUntilEnd(plan, next, Seconds(100))->count(), 5.0);
        plan.leftOut = LeftOut{.rounds = 3, .plannedRounds = 5, .runs = 6, .needs = {}};
        QCOMPARE(planText(plan, {}, false),
                 QStringLiteral("0 of 15 runs ended · time budget spent"));
    }
};

SPILLWAY_TESTS(LiveModelsTest, QCoreApplication)
#include "live_models_test.moc"
