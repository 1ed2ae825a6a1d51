#include "charts/live_charts.h"
#include "light_application.h"
#include "live_runs.h"
#include "suites/suites.h"
#include "ui/compare/answer.h"
#include "ui/live/live_charts_panel.h"
#include "ui/live/live_page.h"
#include "ui/live/live_view.h"
#include "ui/live/objects_text.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/table_model.h"
#include "window_fixture.h"
#include "work/text.h"

#include "session/session_store.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineSeries>
#include <QPushButton>
#include <QSlider>
#include <QStackedWidget>
#include <QToolButton>
#include <QtTest>

using namespace spillway;

namespace {

constexpr QSize pageAt720(1120, 644);
constexpr QSize pageAt640(864, 564);

RunTrace traceOf(const WatchedRun& run)
{
    RunTrace trace;
    trace.samples = run.samples;
    trace.tasks = run.tasks;
    for (const CounterReading& reading : run.counters)
        trace.events.push_back({reading.t, reading.counters});
    for (const LogLine& line : run.log)
        trace.events.push_back({line.t, LogEvent{line.level, line.message}});
    return trace;
}

} // namespace

/// A scene that a test changes, and the view of it.
struct Stage {
    std::optional<WatchedRun> run;
    PlanProgress plan;
    std::vector<RunRecord> records;
    LiveScene scene;
    LiveView view{[this] {
        scene.run = run ? &*run : nullptr;
        scene.plan = &plan;
        scene.records = &records;
        return scene;
    }};

    void show(QSize size = pageAt720)
    {
        view.resize(size);
        view.show();
        view.request();
    }
};

namespace {

QString noteOf(const LiveView& view)
{
    const auto* panel = view.findChild<LiveChartsPanel*>();
    const auto* label = panel->findChild<QLabel*>(QString(), Qt::FindDirectChildrenOnly);
    return label->isHidden() ? QString() : label->text();
}

MemoryChartView* memoryOf(const LiveView& view)
{
    return view.findChild<MemoryChartView*>();
}

} // namespace

class LivePageTest : public QObject {
    Q_OBJECT
    WindowFixture fixture_;

    void writeSession(const std::filesystem::path& path)
    {
        auto store = SessionStore::create(path);
        QVERIFY(store.has_value());
        const Seconds begin(5000);
        const auto good = madeUpRun(cellOf("chunked", "default", 2), 12, begin, true);
        auto record = recordOf(good.run, 0, RunStatus::Ok, 11);
        record.goAt = begin + Seconds(1);
        QVERIFY(store->addRun(record, traceOf(good), {}).has_value());
        const auto bad = madeUpRun(cellOf("dask", "tuned", 4), 5, begin, false);
        QVERIFY(store->addRun(recordOf(bad.run, 0, RunStatus::MemoryLimit, 5), traceOf(bad), {})
                    .has_value());
    }

    static QString folder() { return QStringLiteral(SPILLWAY_BINARY_DIR "/screenshots/ui/"); }

    static void shot(QWidget& widget, const QString& name)
    {
        for (const auto& [size, sizeName] :
             {std::pair(pageAt720, "1280x720"), std::pair(pageAt640, "1024x640")}) {
            widget.resize(size);
            QTRY_COMPARE(widget.size(), size);
            QCoreApplication::sendPostedEvents(); // layouts
            QVERIFY(widget.grab().save(folder() + name + QLatin1Char('_') +
                                       QLatin1String(sizeName) + QStringLiteral(".png")));
        }
    }

    static void shotOfPaused(Stage& stage)
    {
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(memoryOf(stage.view), Qt::Key_Plus);
        shot(stage.view, QStringLiteral("live-paused_light"));
    }

    static void playRunning(Stage& stage, int workers)
    {
        stage.plan = madeUpPlan(workers);
        std::size_t position = 1;
        for (; position < stage.plan.runs.size() / 2; ++position)
            endRun(stage.plan, stage.records, position, RunStatus::Ok,
                   4.0 + 0.3 * static_cast<double>(position % 7));
        stage.plan.statuses[position - 1] = RunStatus::MemoryLimit;
        stage.records.back() = recordOf(stage.plan.runs[position - 1], stage.records.back().id,
                                        RunStatus::MemoryLimit, 3);
        stage.plan.current = position;
        stage.run = madeUpRun(cellOf("dask", "tuned", workers), 12.4,
                              monotonicNow() - Seconds(12.6), workers > 8);
        stage.scene.running = true;
    }

    static EngineCatalogue sevenEngines()
    {
        return EngineCatalogue({{.id = "chunked", .deployable = false, .own = true},
                                {.id = "pandas", .title = "pandas"},
                                {.id = "polars", .title = "Polars"},
                                {.id = "duckdb", .title = "DuckDB"},
                                {.id = "dask", .title = "Dask"},
                                {.id = "ray", .title = "Ray"},
                                {.id = "pyspark", .title = "PySpark"}});
    }

    /// In the second counted round: some have figures, one runs, one failed, one has its warm-up.
    static void playRace(Stage& stage)
    {
        const std::vector<std::pair<const char*, double>> engines{
            {"chunked", 0.31}, {"polars", 0.52}, {"duckdb", 0.47}, {"pandas", 2.4},
            {"dask", 3.1},     {"ray", 4.4},     {"pyspark", 6.8}};
        for (int round = 0; round < 7; ++round)
            for (const auto& [engine, seconds] : engines)
                for (const int workers : {1, 2}) {
                    PlannedRun run = plannedRun(cellOf(engine, "default", workers), round);
                    run.warmup = round == 0;
                    run.repeat = std::max(1, round);
                    run.round = round;
                    stage.plan.runs.push_back(run);
                }
        stage.plan.statuses.resize(stage.plan.runs.size());
        stage.plan.wallSeconds.resize(stage.plan.runs.size());
        for (std::size_t i = 0; i < 14 + 14 + 5; ++i) {
            const auto& run = stage.plan.runs[i];
            const double seconds = engines[i % 14 / 2].second / (run.cell.workers == 2 ? 1.6 : 1);
            if (i == 27) break; // PySpark with two workers has not run again yet
            const bool failed = run.cell.engine == "pandas" && run.cell.workers == 1;
            endRun(stage.plan, stage.records, i, failed ? RunStatus::MemoryLimit : RunStatus::Ok,
                   seconds * (1 + 0.03 * run.round));
            stage.records.back().warmup = run.warmup;
            stage.records.back().round = run.round;
            if (run.cell.engine == "ray") stage.records.back().spilledBytes = 640'000'000;
            if (run.cell.engine == "polars") stage.records.back().peakBytes = 310'000'000;
        }
        stage.plan.current = 27;
        stage.run = madeUpRun(stage.plan.runs[27].cell, 3.2, monotonicNow() - Seconds(3.2), true);
    }

private slots:
    void initTestCase() { QDir().mkpath(folder()); }

    void aHiddenViewDrawsNothingAndCatchesUp()
    {
        Stage stage;
        playRunning(stage, 2);
        for (int i = 0; i < 100; ++i)
            stage.view.request();
        QCoreApplication::processEvents();
        QCOMPARE(stage.view.redraws(), 0);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        stage.view.hide();
        Stage seen; // would have drawn twice by then
        playRunning(seen, 2);
        seen.show();
        QTRY_COMPARE(seen.view.redraws(), 1);
        stage.view.request();
        seen.view.request();
        QTRY_COMPARE(seen.view.redraws(), 2);
        QCOMPARE(stage.view.redraws(), 1);
    }

    void manyUpdatesAreFewRedraws()
    {
        Stage stage;
        playRunning(stage, 2);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        int updates = 0;
        for (; stage.view.redraws() < 4; ++updates) {
            stage.view.request();
            QCoreApplication::processEvents();
        }
        QVERIFY2(updates > 40, qPrintable(QString::number(updates)));
    }

    void aShortRunsCurveStaysUntilTheNextHasOne()
    {
        Stage stage;
        playRunning(stage, 2);
        const auto ended = madeUpRun(cellOf("chunked", "default", 2), 0.3, Seconds(100), false);
        stage.view.keep(ended);
        stage.run->samples.clear();
        stage.show();
        QTRY_VERIFY(noteOf(stage.view).contains(QStringLiteral("Chunked, 2 workers")));
        stage.run = madeUpRun(cellOf("dask", "tuned", 2), 3, Seconds(200), false);
        stage.view.request();
        QTRY_COMPARE(noteOf(stage.view), QString());
    }

    void chartsSayWhatIsStartingUntilTheFirstSample()
    {
        Stage stage;
        stage.scene.running = true;
        stage.show();
        QTRY_COMPARE(memoryOf(stage.view)->accessibleDescription(), QStringLiteral("Preparing…"));
        playRunning(stage, 2);
        stage.run->samples.clear();
        stage.run->counters.clear();
        stage.run->state = RunState::SettingUp;
        stage.view.request();
        for (const auto* chart : stage.view.findChildren<LiveChartView*>())
            if (chart->isVisible())
                QTRY_COMPARE(chart->accessibleDescription(), QStringLiteral("Starting Dask…"));
        stage.run = madeUpRun(cellOf("dask", "tuned", 2), 3, Seconds(200), false);
        stage.view.request();
        QTRY_VERIFY(memoryOf(stage.view)->accessibleDescription().contains("peak"));
        stage.run.reset();
        stage.scene.running = false;
        stage.view.request();
        QTRY_COMPARE(memoryOf(stage.view)->accessibleDescription(),
                     QStringLiteral("Nothing is running"));
    }

    void anEndedRunHasNoNow()
    {
        Stage stage;
        playRunning(stage, 2);
        stage.show();
        const auto told = [&] {
            QStringList words;
            for (const auto* chart : stage.view.findChildren<RateChartView*>())
                words << chart->accessibleDescription();
            return words.join(' ');
        };
        QTRY_VERIFY(told().contains("now"));
        stage.run->endedAt = stage.run->startedAt + Seconds(13);
        stage.view.request();
        QTRY_VERIFY(!told().contains("now"));
        QVERIFY(told().contains("MB/s read, peak 400"));
    }

    void panningPausesUntilADoubleClick()
    {
        Stage stage;
        playRunning(stage, 2);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        auto* panel = stage.view.findChild<LiveChartsPanel*>();
        QCOMPARE(panel->hint(), QString());
        QTest::keyClick(memoryOf(stage.view), Qt::Key_Left);
        QCOMPARE(panel->hint(), QStringLiteral("Paused · double-click to follow"));
        QTest::mouseDClick(memoryOf(stage.view)->viewport(), Qt::LeftButton, {}, {300, 80});
        QCOMPARE(panel->hint(), QString());
        auto* tasks = stage.view.findChild<TaskStreamView*>();
        QTest::keyClick(tasks, Qt::Key_Right); // all charts have one time
        QVERIFY(!panel->hint().isEmpty());
        QTest::keyClick(tasks, Qt::Key_End);
        QCOMPARE(panel->hint(), QString());
        shotOfPaused(stage);
    }

    void aPausedRunStaysWhenTheNextBegins()
    {
        Stage stage;
        playRunning(stage, 2);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        QTest::keyClick(memoryOf(stage.view), Qt::Key_Plus);
        for (const double begin : {200.0, 300.0}) { // two runs come and go meanwhile
            stage.view.keep(*stage.run);
            stage.run = madeUpRun(cellOf("chunked", "default", 2), 3, Seconds(begin), false);
            stage.view.request();
            QTRY_VERIFY(noteOf(stage.view).startsWith(QStringLiteral("Paused on Dask tuned")));
        }
        QTest::keyClick(memoryOf(stage.view), Qt::Key_End);
        QTRY_COMPARE(noteOf(stage.view), QString());
    }

    void spillHasALaneOnlyWhenThereIsSome()
    {
        for (const bool spills : {false, true}) {
            Stage stage;
            stage.run = madeUpRun(cellOf("chunked", "default", 2), 8, Seconds(100), spills);
            stage.show();
            QTRY_COMPARE(stage.view.redraws(), 1);
            QCOMPARE(stage.view.findChild<LiveChartsPanel*>()->showsSpill(), spills);
        }
    }

    void objectsAreToldByStateUnderTheWorkers()
    {
        const auto plain = madeUpRun(cellOf("chunked", "default", 2), 5, Seconds(1), true);
        QVERIFY(objectsText(plain).isEmpty());
        Stage stage;
        stage.run = madeUpRun(cellOf("objectstore", "default", 2), 5, Seconds(1), true);
        for (auto* tabs : stage.view.findChildren<QTabWidget*>())
            tabs->setCurrentIndex(1);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        const QString told = objectsText(*stage.run);
        for (const char* part :
             {"2 in use (12.0 MB)", "24 pinned (310 MB)", "2 evictable (26.0 MB)",
              "1,095 on disk only (1.24 GB)", "re-executed: 2"})
            QVERIFY2(told.contains(QLatin1String(part)), qPrintable(told));
        QVERIFY(std::ranges::any_of(stage.view.findChildren<QLabel*>(), [&](const QLabel* label) {
            return label->isVisible() && label->text() == told;
        }));
    }

    void whatAnEngineDoesNotReportIsSaidAndNotDrawnAsZero()
    {
        Stage stage;
        stage.run = madeUpRun(cellOf("polars", "default", 2), 5, Seconds(1), false);
        stage.run->counters.clear();
        stage.run->tasks.clear();
        for (auto* tabs : stage.view.findChildren<QTabWidget*>())
            tabs->setCurrentIndex(1);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        for (const auto* chart : stage.view.findChildren<RateChartView*>())
            QCOMPARE(chart->isVisible(), chart->accessibleName() == QStringLiteral("CPU"));
        for (const auto* table : stage.view.findChildren<QTableView*>())
            if (table->accessibleName() == QStringLiteral("Workers"))
                QCOMPARE(table->model()->rowCount(), 0);
        QVERIFY(std::ranges::any_of(stage.view.findChildren<QLabel*>(), [](const QLabel* label) {
            return label->isVisible() &&
                   label->text() == QStringLiteral("Polars has not reported what its workers do.");
        }));
    }

    void stopOffersRunAndPlan()
    {
        Stage stage;
        playRunning(stage, 2);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        QSignalSpy run(&stage.view, &LiveView::stopRunRequested);
        QSignalSpy plan(&stage.view, &LiveView::stopPlanRequested);
        auto* stop = stage.view.findChild<QToolButton*>(QStringLiteral("stop"));
        QVERIFY(stop->isVisible() && stop->isEnabled());
        QTest::mouseClick(stop, Qt::LeftButton, {}, {8, stop->height() / 2}); // one click: this run
        QCOMPARE(run.size(), 1);
        stage.view.findChild<QAction*>(QStringLiteral("stopThisRun"))->trigger();
        stage.view.findChild<QAction*>(QStringLiteral("stopThePlan"))->trigger();
        QCOMPARE(run.size(), 2);
        QCOMPARE(plan.size(), 1);
        stage.scene.stopping = true;
        stage.view.refreshBand();
        QVERIFY(!stop->isEnabled());
        stage.scene.running = stage.scene.stopping = false;
        stage.view.refreshBand();
        QVERIFY(!stop->isVisible());
    }

    void aStoredRunIsReplayedAndLeft()
    {
        const auto path = fixture_.path("stored.spillway");
        writeSession(path);
        const auto options = fixture_.options();
        Workbench workbench(options.engines, options.settings, {});
        RunController runs(workbench, options.guardProgram);
        LivePage page(workbench, runs);
        page.resize(pageAt720);
        page.show();
        workbench.openSession(path);
        QTRY_COMPARE(workbench.records().size(), std::size_t(2));
        auto* stored = page.findChild<TableView*>();
        QTRY_VERIFY(stored->isVisible());
        QCOMPARE(stored->table().rows.size(), std::size_t(2));
        shot(page, QStringLiteral("live-empty_light"));

        emit stored->rowActivated(1); // latest first: this one is run 1
        QTRY_VERIFY(page.isReplaying());
        QCOMPARE(page.notice()->message(),
                 QStringLiteral("Replay of run 1 · Chunked, 2 workers, repeat 2"));
        const auto shows = [&](const char* words) {
            for (const auto* label : page.view()->findChildren<QLabel*>())
                if (label->text() == QString::fromUtf8(words)) return true;
            return false;
        };
        QTRY_VERIFY(shows("Done in 11.0 s, peak 1.10 GB"));
        QVERIFY(shows("12.0 s"));
        QVERIFY(page.view()->findChild<LiveChartsPanel*>()->showsSpill());
        QTRY_COMPARE(page.view()->redraws(), 1);
        shot(page, QStringLiteral("live-replay_light"));

        const int drawn = page.view()->redraws();
        page.replay(2);
        QTRY_VERIFY(shows("Memory limit"));
        QTRY_VERIFY(page.view()->redraws() > drawn);
        shot(page, QStringLiteral("live-failure_light"));
        page.notice()->findChild<QPushButton*>()->click();
        QVERIFY(!page.isReplaying());
        QVERIFY(!page.view()->isVisible());

        page.replay(1);
        QTRY_VERIFY(page.isReplaying());
        QTest::keyClick(page.notice(), Qt::Key_Escape);
        QVERIFY(!page.isReplaying());
    }

    void aReplayIsScrubbedAndPlayed()
    {
        const auto path = fixture_.path("scrubbed.spillway");
        writeSession(path);
        const auto options = fixture_.options();
        Workbench workbench(options.engines, options.settings, {});
        RunController runs(workbench, options.guardProgram);
        LivePage page(workbench, runs);
        page.resize(pageAt720);
        page.show();
        workbench.openSession(path);
        QTRY_COMPARE(workbench.records().size(), std::size_t(2));
        auto* scrubber = page.findChild<QSlider*>(QStringLiteral("scrubber"));
        QVERIFY(!scrubber->isVisible());
        page.replay(1);
        QTRY_VERIFY(scrubber->isVisible());
        QCOMPARE(scrubber->value(), scrubber->maximum()); // the whole run
        const auto memory = [&] { return memoryOf(*page.view())->accessibleDescription(); };
        QTRY_VERIFY(memory().contains("peak"));
        const QString whole = memory();
        // Early on it holds less, its ending is not told, and the axis stays.
        scrubber->setValue(scrubber->maximum() / 10);
        QTRY_VERIFY(memory() != whole);
        QVERIFY(memory().contains("peak"));
        for (const auto* label : page.view()->findChildren<QLabel*>())
            QVERIFY(!label->text().startsWith(QStringLiteral("Done in")));
        shot(page, QStringLiteral("live-scrubbed_light"));
        auto* play = page.findChild<QToolButton*>(QStringLiteral("replayPlay"));
        QTest::mouseClick(play, Qt::LeftButton);
        QCOMPARE(play->text(), QStringLiteral("Pause"));
        QTRY_VERIFY(scrubber->value() > scrubber->maximum() / 10 + 5);
        QTest::keyClick(scrubber, Qt::Key_Home); // moving it by hand pauses
        QCOMPARE(play->text(), QStringLiteral("Play"));
        QTest::keyClick(scrubber, Qt::Key_End);
        QTRY_COMPARE(memory(), whole);
        page.backToLive();
        QVERIFY(!scrubber->isVisible());
    }

    void twoRunsAreLaidOverOneAxis()
    {
        const auto path = fixture_.path("beside.spillway");
        writeSession(path);
        const auto options = fixture_.options();
        Workbench workbench(options.engines, options.settings, {});
        RunController runs(workbench, options.guardProgram);
        LivePage page(workbench, runs);
        page.resize(pageAt720);
        page.show();
        workbench.openSession(path);
        QTRY_COMPARE(workbench.records().size(), std::size_t(2));
        page.replay(2); // five seconds long
        QTRY_VERIFY(page.isReplaying());
        auto* beside = page.findChild<QComboBox*>(QStringLiteral("beside"));
        QCOMPARE(beside->count(), 2); // nothing, and the other run
        QCOMPARE(beside->itemText(1), QStringLiteral("Run 1 · Chunked, 2 workers, repeat 2"));
        const auto lines = [&] {
            int drawn = 0;
            for (const auto* series : memoryOf(*page.view())->chart()->series())
                if (const auto* line = qobject_cast<const QLineSeries*>(series))
                    drawn += line->count() > 0 && line->at(line->count() - 1).x() > 11;
            return drawn;
        };
        QTRY_COMPARE(page.view()->redraws(), 1);
        QCOMPARE(lines(), 0);
        beside->setCurrentIndex(1);
        emit beside->activated(1);
        QTRY_VERIFY(lines() > 0); // the axis is as long as the longer run
        shot(page, QStringLiteral("live-beside_light"));
        beside->setCurrentIndex(0);
        emit beside->activated(0);
        QTRY_COMPARE(lines(), 0);
    }

    void afterAStopNothingCountsDownAndTheRestCanGoOn()
    {
        Stage stage;
        playRunning(stage, 2);
        stage.scene.running = false;
        stage.plan.current.reset();
        stage.plan.stopped = true;
        stage.scene.left = 14;
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        auto* resume = stage.view.findChild<QPushButton*>(QStringLiteral("resume"));
        QVERIFY(resume->isVisible());
        QCOMPARE(resume->text(), QStringLiteral("Resume (14 left)"));
        QSignalSpy resumed(&stage.view, &LiveView::resumeRequested);
        QTest::mouseClick(resume, Qt::LeftButton);
        QCOMPARE(resumed.size(), 1);
        for (const auto* label : stage.view.findChildren<QLabel*>())
            if (label->isVisible())
                QVERIFY2(!label->text().contains(QStringLiteral("left")),
                         qPrintable(label->text()));
        for (auto* view : stage.view.findChildren<QTableView*>())
            if (view->accessibleName() == QLatin1String("What runs next"))
                for (int row = 0; row < view->model()->rowCount(); ++row)
                    QCOMPARE(view->model()->index(row, 1).data().toString(), QString());
        // A failed cell is offered again, and neither while something is in the way.
        auto* rerun = stage.view.findChild<QPushButton*>(QStringLiteral("rerunFailed"));
        QCOMPARE(rerun->text(), QStringLiteral("Re-run failed (1)"));
        stage.scene.obstacle = QStringLiteral("Dask is being set up");
        stage.view.refreshBand();
        QVERIFY(!resume->isEnabled() && !rerun->isEnabled());
        shot(stage.view, QStringLiteral("live-stopped_light"));
        stage.scene.running = true;
        stage.view.refreshBand();
        QVERIFY(!resume->isVisible() && !rerun->isVisible());
    }

    void theVerdictIsComparesAndSharpensWithTheRounds()
    {
        Stage stage;
        stage.plan = madeUpPlan(1);
        stage.show();
        const auto headline = [&] {
            for (const auto* label : stage.view.findChildren<QLabel*>())
                if (label->accessibleName() == QLatin1String("Verdict so far"))
                    return label->accessibleDescription();
            return QString();
        };
        stage.scene.running = true;
        stage.view.refreshBand();
        QCOMPARE(headline(), QStringLiteral("Warm-up round"));
        const EngineCatalogue engines(
            {{.id = "dask", .title = "Dask"}, {.id = "chunked", .deployable = false, .own = true}});
        stage.scene.engines = &engines;
        for (int round = 1; round <= 3; ++round)
            for (std::size_t i = 1; i < stage.plan.runs.size(); ++i)
                if (stage.plan.runs[i].repeat == round)
                    endRun(stage.plan, stage.records, i, RunStatus::Ok,
                           stage.plan.runs[i].cell.profile == "tuned" ? 4 + 0.01 * round
                                                                      : 7 + 0.02 * round);
        stage.view.refreshBand();
        QCOMPARE(headline(), QStringLiteral("Probably Dask tuned, 1 worker"));
        const auto comparisons = compare(stage.records, 1, {.engines = engines});
        QCOMPARE(headline(), answerOf(recommend(comparisons.front(), {})).headline);
        auto* until = stage.view.findChild<QPushButton*>(QStringLiteral("untilDecided"));
        QVERIFY(!until->isVisible()); // while it runs
        stage.scene.running = false;
        stage.view.refreshBand();
        QVERIFY(until->isVisible());
        QSignalSpy asked(&stage.view, &LiveView::untilDecidedRequested);
        QTest::mouseClick(until, Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
    }

    void aBudgetThatWarmUpsHaveSpentIsNoDeadEnd()
    {
        Stage stage;
        stage.plan = madeUpPlan(1);
        for (PlannedRun& run : stage.plan.runs)
            run.warmup = true;
        stage.show();
        stage.scene.running = true;
        for (std::size_t i = 1; i < stage.plan.runs.size(); ++i) {
            endRun(stage.plan, stage.records, i, RunStatus::Ok, 4);
            stage.records.back().warmup = true;
        }
        stage.view.refreshBand();
        auto* until = stage.view.findChild<QPushButton*>(QStringLiteral("untilDecided"));
        QVERIFY(!until->isVisible());
        stage.scene.running = false;
        stage.plan.leftOut = LeftOut{.rounds = 0, .plannedRounds = 3, .runs = 9, .needs = {}};
        stage.view.refreshBand();
        QVERIFY(until->isVisible() && until->isEnabled());
    }

    void sevenEnginesWithTwoWorkerCountsNeedNoScrolling()
    {
        for (const QSize size : {pageAt720, QSize(1280, 820)})
            for (const bool dark : {false, true}) {
                auto& application = *static_cast<QApplication*>(QCoreApplication::instance());
                applyAppearance(application, dark ? Appearance::Dark : Appearance::Light);
                Stage stage;
                const EngineCatalogue engines = sevenEngines();
                stage.scene.engines = &engines;
                stage.scene.running = true;
                playRace(stage);
                stage.view.setTheme(chartTheme(stage.view.palette()));
                stage.show(size);
                QTRY_COMPARE(stage.view.redraws(), 1);
                auto* race = stage.view.findChild<QTableView*>(QStringLiteral("race"));
                QCOMPARE(race->model()->rowCount(), 14);
                const QRect last = race->visualRect(race->model()->index(13, 2));
                QVERIFY2(race->viewport()->rect().contains(last.bottomLeft()),
                         qPrintable(QString::number(last.bottom())));
                QVERIFY(last.height() >= race->fontMetrics().height() + 6);
                QCoreApplication::sendPostedEvents(); // layouts
                QVERIFY(stage.view.grab().save(
                    folder() + QStringLiteral("live-race-%1_%2.png")
                                   .arg(size.width())
                                   .arg(dark ? QStringLiteral("dark") : QStringLiteral("light"))));
            }
        applyAppearance(*static_cast<QApplication*>(QCoreApplication::instance()),
                        Appearance::Light);
    }

    void aReplayThatCannotBeReadSaysSo()
    {
        const auto path = fixture_.path("lost.spillway");
        writeSession(path);
        const auto options = fixture_.options();
        Workbench workbench(options.engines, options.settings, {});
        RunController runs(workbench, options.guardProgram);
        LivePage page(workbench, runs);
        workbench.openSession(path);
        QTRY_COMPARE(workbench.records().size(), std::size_t(2));
        workbench.addRecord(
            recordOf(plannedRun(cellOf("ray", "tuned", 1), 1), 99, RunStatus::Ok, 1));
        page.replay(99);
        QTRY_VERIFY(!page.notice()->message().isEmpty());
        QVERIFY(!page.isReplaying());
        page.replay(12345); // no such run: nothing happens
        QVERIFY(!page.isReplaying());
    }

    void anotherSessionEndsAReplay()
    {
        const auto path = fixture_.path("first.spillway");
        writeSession(path);
        const auto options = fixture_.options();
        Workbench workbench(options.engines, options.settings, {});
        RunController runs(workbench, options.guardProgram);
        LivePage page(workbench, runs);
        workbench.openSession(path);
        QTRY_COMPARE(workbench.records().size(), std::size_t(2));
        page.replay(1);
        QTRY_VERIFY(page.isReplaying());
        workbench.newSession(fixture_.path("second.spillway"));
        QTRY_VERIFY(!page.isReplaying());
    }

    void everyControlHasANameAndTheKeyboard()
    {
        Stage stage;
        playRunning(stage, 4);
        stage.show();
        QTRY_COMPARE(stage.view.redraws(), 1);
        for (const auto* button : stage.view.findChildren<QAbstractButton*>())
            if (button->isVisible() && button->focusPolicy() != Qt::NoFocus)
                QVERIFY(!button->text().isEmpty() || !button->accessibleName().isEmpty());
        for (const auto* view : stage.view.findChildren<QAbstractItemView*>())
            if (view->isVisible() && !qobject_cast<const QHeaderView*>(view)) {
                QVERIFY2(!view->accessibleName().isEmpty(), view->metaObject()->className());
                QVERIFY(view->focusPolicy() & Qt::TabFocus);
            }
        auto* race = stage.view.findChild<QTableView*>(QStringLiteral("race"));
        QVERIFY(race);
        QSignalSpy replay(&stage.view, &LiveView::replayRequested);
        race->setFocus();
        race->setCurrentIndex(race->model()->index(0, 0));
        QTest::keyClick(race, Qt::Key_Return);
        QCOMPARE(replay.size(), 1);
    }

    void pictures_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void pictures()
    {
        QFETCH(bool, dark);
        auto& application = *static_cast<QApplication*>(QCoreApplication::instance());
        applyAppearance(application, dark ? Appearance::Dark : Appearance::Light);
        const QString theme = dark ? QStringLiteral("_dark") : QStringLiteral("_light");
        for (const int workers : {4, 16}) {
            Stage stage;
            playRunning(stage, workers);
            stage.view.setTheme(chartTheme(stage.view.palette()));
            stage.show();
            QTRY_COMPARE(stage.view.redraws(), 1);
            shot(stage.view, QStringLiteral("live-running-%1").arg(workers) + theme);
            if (workers == 4) continue;
            for (auto* tabs : stage.view.findChildren<QTabWidget*>())
                tabs->setCurrentIndex(1);
            QTRY_COMPARE(stage.view.redraws(), 2);
            shot(stage.view, QStringLiteral("live-workers") + theme);
        }
        Stage objects;
        playRunning(objects, 2);
        objects.run = madeUpRun(cellOf("objectstore", "default", 2), 12, Seconds(100), true);
        objects.view.setTheme(chartTheme(objects.view.palette()));
        for (auto* tabs : objects.view.findChildren<QTabWidget*>())
            tabs->setCurrentIndex(1);
        objects.show();
        QTRY_COMPARE(objects.view.redraws(), 1);
        shot(objects.view, QStringLiteral("live-objects") + theme);
        Stage starting;
        playRunning(starting, 4);
        starting.view.keep(*starting.run);
        starting.run->startedAt += Seconds(1); // another run than the one kept
        starting.run->samples.clear();
        starting.run->progress.reset();
        starting.run->state = RunState::SettingUp;
        starting.run->run.cell.engine = "ray";
        starting.view.setTheme(chartTheme(starting.view.palette()));
        starting.show();
        QTRY_COMPARE(starting.view.redraws(), 1);
        shot(starting.view, QStringLiteral("live-starting") + theme);
    }
};

SPILLWAY_TESTS(LivePageTest, LightApplication)
#include "live_page_test.moc"
