#include "base/json.h"
#include "charts/comparison_overlay.h"
#include "charts/plot_frame.h"
#include "compare_fixture.h"
#include "suites/suites.h"
#include "ui/compare/chart_card.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/engine_legend.h"
#include "ui/compare/ranking_view.h"
#include "ui/compare/run_drawer.h"
#include "ui/compare/why_dialog.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/rows_view.h"
#include "ui/parts/table_model.h"
#include "ui/parts/toast.h"
#include "workloads/logreg/logreg.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QGraphicsScene>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTextBrowser>
#include <QToolButton>
#include <QtTest>

#include <algorithm>

using namespace spillway;

class ComparePageTest : public QObject, private CompareFixture {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void chartsShowTheSessionsNumbers();
    void warmUpsAloneAreSaidToBeSo();
    void whatIsRuledOutIsBehindWhy();
    void whatToRunNextIsBehindWhy();
    void twoWorkerCountsAreRanked();
    void aChosenViewStays();
    void plotsAreHighEnoughForSevenEngines_data();
    void plotsAreHighEnoughForSevenEngines();
    void theLegendTakesALineAwayAndBringsItBack();
    void moreRunsAreOfWhatIsUndecided();
    void aRowOfTheTableLeadsToItsRun();
    void aRowOfTheSummaryLeadsToItsCell();
    void aRowBehindAChartLeadsToItsCell();
    void tradeOffHasATabOfItsOwn();
    void theChosenComparisonStaysFromTabToTab();
    void anotherSessionStandsBesideTheOpenOne();
    void aPointOfTheOtherSessionLeadsToItsRuns();
    void aSessionOfAnotherMachineGetsNoRatio();
    void comparisonsOfTwoMachinesHaveTheirNames();
    void exportsShowTheStudysFiguresThatAreOnShow();
    void aSessionOfThePaperShowsTheStudyUnasked();
    void baselineChangesSpeedupEverywhere();
    void setupAndRatiosAreSwitchedForAllChartsAtOnce();
    void exportWritesEveryChartAndTable();
    void aCardCopiesItsChart();
    void tableCopiesWhatIsShown();
    void tableModelKeepsTheRulesOfModels();
    void olderFailuresUnderOtherSettingsAreNotTheVerdict();
    void oneFilterIsForCellsAndRuns();
    void everyCopySaysSo();
    void theCrosshairIsOnAllCharts();
    void measuresHaveAViewWhereThereAreAny();
    void theArticleHasAViewWhereItIsSettled();
    void theDrawerShowsAResultAsATable();
    void theDrawerShowsRowsOfAWrongAnswerBesideTheRightOnes();

private:
    /// Of a query on Polars or DuckDB, with these rows.
    static RunRecord queried(const char* engine, RunStatus status, const char* rows);
};

void ComparePageTest::init()
{
    std::vector<RunRecord> records;
    for (int repeat = 1; repeat <= 3; ++repeat)
        for (const int workers : {1, 2, 4}) {
            records.push_back(finished("chunked", workers, 8.0 / workers + 0.1 * repeat));
            records.back().repeat = repeat;
        }
    records.push_back(
        recordOf(plannedRun(cellOf("dask", "tuned", 2), 1), 0, RunStatus::MemoryLimit, 1));
    const auto path = sessionWith(records);
    makePage();
    QVERIFY(page_->comparisons().empty());
    workbench_->openSession(path);
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
}

void ComparePageTest::cleanup()
{
    dropPage();
}

/// A time budget was spent on them.
void ComparePageTest::warmUpsAloneAreSaidToBeSo()
{
    const auto shows = [this](const char* words) {
        const auto labels = page_->findChildren<QLabel*>();
        return std::ranges::any_of(labels, [words](const QLabel* label) {
            return label->isVisible() && label->text().contains(QLatin1String(words));
        });
    };
    auto warmUp = finished("chunked", 1, 8);
    warmUp.warmup = true;
    workbench_->openSession(sessionWith({warmUp}));
    QTRY_VERIFY(shows("No counted runs yet"));
    QVERIFY(page_->comparisons().empty());
    QVERIFY(shows("warm-ups, which do not count"));
    QVERIFY(!shows("No finished runs yet"));
    workbench_->openSession(sessionWith({}));
    QTRY_VERIFY(shows("No finished runs yet"));
}

void ComparePageTest::chartsShowTheSessionsNumbers()
{
    QCOMPARE(page_->charts().size(), 4);
    const Comparison& comparison = page_->comparisons().front();
    QCOMPARE(comparison.workers, (std::vector<int>{1, 2, 4}));
    for (const auto& line : comparison.lines)
        if (line.engine == "chunked") QCOMPARE(line.cells.front().seconds->median, 8.2);
    for (const auto* card : page_->findChildren<ChartCard*>())
        QVERIFY(!card->table()->table().rows.empty());
}

void ComparePageTest::whatIsRuledOutIsBehindWhy()
{
    // Who may be recommended is known when the engines have been looked at.
    QTRY_COMPARE(named<CutLabel>("Verdict")->words(), QString("Nothing finished within 2 GB"));
    auto* dialog = why();
    QVERIFY(dialog && named<QLabel>("Verdict in full")->isVisible());
    const QString text = named<QLabel>("Remarks on the verdict")->text();
    QVERIFY2(text.startsWith(QStringLiteral("• Spillway's own engine: ")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("Ruled out: Dask tuned")), qPrintable(text));
    QCOMPARE(table("Every engine against the fastest")->table().rows.size(), std::size_t(2));
}

void ComparePageTest::whatToRunNextIsBehindWhy()
{
    QTRY_COMPARE(named<CutLabel>("Verdict")->words(), QString("Nothing finished within 2 GB"));
    auto* dialog = why();
    const auto* next = named<QLabel>("What to run next");
    QVERIFY2(next->text().startsWith(QStringLiteral("• Run with a memory limit of ")),
             qPrintable(next->text()));
    delete dialog;
    // With nothing but a native twin there is nothing to advise.
    workbench_->openSession(sessionWith({finished("chunked", 2, 3)}));
    QTRY_COMPARE(page_->comparisons().front().lines.size(), std::size_t(1));
    why();
    QVERIFY(!named<QLabel>("What to run next"));
}

void ComparePageTest::twoWorkerCountsAreRanked()
{
    QCOMPARE(tabs()->tabText(tabs()->currentIndex()), QString("Scaling")); // of three counts
    auto failed = recordOf(plannedRun(cellOf("dask", "tuned", 2), 1), 0, RunStatus::MemoryLimit, 1);
    workbench_->openSession(sessionWith(
        {finished("polars", 1, 5), finished("polars", 2, 3), finished("duckdb", 2, 4), failed}));
    QTRY_COMPARE(tabs()->tabText(tabs()->currentIndex()), QString("Ranking"));
    auto* rows = page_->findChild<QTableView*>("ranking");
    QTRY_VERIFY(rows->isVisible());
    const auto cell = [&](int row, int column) {
        return rows->model()->index(row, column).data().toString();
    };
    QCOMPARE(rows->model()->rowCount(), 3);
    QCOMPARE(cell(0, RankingModel::Engine), QString("Polars, 2 workers"));
    QCOMPARE(cell(1, RankingModel::Engine), QString("DuckDB, 2 workers"));
    QVERIFY2(cell(0, RankingModel::Time).startsWith("3.0 s · + 1"),
             qPrintable(cell(0, RankingModel::Time)));
    QCOMPARE(cell(0, RankingModel::Standing), QString("fastest"));
    QVERIFY(cell(2, RankingModel::Time).contains("Stopped by Spillway at 2.1 GB"));
    const QAbstractItemModelTester tester(rows->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    rows->selectRow(2);
    QTest::keyClick(rows, Qt::Key_Return);
    auto* drawer = page_->findChild<RunDrawer*>();
    QVERIFY(drawer->isVisible());
    QCOMPARE(
        std::ranges::find(workbench_->records(), drawer->currentRun(), &RunRecord::id)->cell.engine,
        std::string("dask"));
}

void ComparePageTest::aChosenViewStays()
{
    chooseTab("Table");
    workbench_->addRecord(finished("polars", 2, 3));
    QTRY_COMPARE(page_->comparisons().front().lines.size(), std::size_t(3));
    QCOMPARE(tabs()->tabText(tabs()->currentIndex()), QString("Table"));
}

void ComparePageTest::plotsAreHighEnoughForSevenEngines_data()
{
    QTest::addColumn<QSize>("page"); // beside the sidebar, below the header
    QTest::newRow("1280×720") << QSize(1120, 648);
    QTest::newRow("1024×640") << QSize(864, 568);
}

void ComparePageTest::plotsAreHighEnoughForSevenEngines()
{
    QFETCH(QSize, page);
    std::vector<RunRecord> records;
    double seconds = 2;
    for (const char* engine : {"polars", "duckdb", "dask", "ray", "pandas", "pyspark", "modin"})
        for (const int workers : {1, 2, 4})
            records.push_back(finished(engine, workers, seconds += 0.7));
    records.push_back(
        recordOf(plannedRun(cellOf("dask", "naive", 1), 1), 0, RunStatus::MemoryLimit, 1));
    workbench_->openSession(sessionWith(records));
    QTRY_COMPARE(page_->comparisons().front().lines.size(), std::size_t(8));
    page_->resize(page);
    QTRY_COMPARE(page_->charts().size(), 4);
    for (const auto* view : page_->charts()) {
        const PlotFrame* frame = nullptr;
        for (auto* item : view->scene()->items())
            if (const auto* found = dynamic_cast<const PlotFrame*>(item)) frame = found;
        QVERIFY(frame);
        QTRY_VERIFY2(frame->plotArea().height() >= 190,
                     qPrintable(QString::number(frame->plotArea().height())));
    }
    QVERIFY(page_->minimumSizeHint().width() <= page.width());
}

void ComparePageTest::theLegendTakesALineAwayAndBringsItBack()
{
    const auto entry = [this](const char* name) -> QPushButton* {
        for (auto* button : page_->findChild<EngineLegend*>()->findChildren<QPushButton*>())
            if (button->text() == QLatin1String(name)) return button;
        return nullptr;
    };
    const auto drawn = [this] {
        return page_->findChild<ChartCard*>()->table()->table().rows.size();
    };
    QVERIFY(page_->findChild<EngineLegend*>()->isVisible());
    QTRY_VERIFY(entry("Chunked") && entry("Dask tuned"));
    const auto all = drawn();
    QTest::mouseClick(entry("Chunked"), Qt::LeftButton);
    QVERIFY(drawn() < all);
    QVERIFY(!entry("Chunked")->isChecked());
    // It is the same choice as in the bar's menu.
    for (const auto* action : page_->findChildren<QAction*>())
        if (action->text() == QLatin1String("Chunked")) QVERIFY(!action->isChecked());
    QTest::keyClick(entry("Chunked"), Qt::Key_Space);
    QCOMPARE(drawn(), all);
}

/// The same data, limit and cache, once more for the leader and who is not told from it.
void ComparePageTest::moreRunsAreOfWhatIsUndecided()
{
    auto fast = finished("polars", 2, 3);
    auto slow = finished("duckdb", 2, 4);
    auto slowest = finished("pandas", 1, 90);
    fast.planId = slow.planId = slowest.planId = 1;
    const auto path = sessionWith({fast, slow, slowest});
    Plan plan;
    plan.datasets = {Dataset{.name = "taxi 4 GB",
                             .paths = {"/nowhere.csv"},
                             .schema = {.format = {}, .columns = {{"category"}, {"x"}}},
                             .rows = {},
                             .bytes = 4,
                             .fingerprint = "f00d",
                             .tables = {}}};
    plan.workloads = {fast.workload};
    plan.engines = {{"polars", ""}, {"duckdb", ""}, {"pandas", ""}};
    plan.workers = {1, 2};
    {
        auto store = SessionStore::open(path);
        QVERIFY(store && store->addPlan(toJson(plan)));
    }
    workbench_->openSession(path);
    QTRY_COMPARE(named<CutLabel>("Verdict")->words(), QString("Probably Polars, 2 workers"));
    QPushButton* more = nullptr;
    for (auto* button : page_->findChildren<QPushButton*>())
        if (button->text() == "Run 4 more") more = button;
    QVERIFY(more);
    QTRY_VERIFY2(more->isEnabled(), qPrintable(more->toolTip()));
    const auto planned = page_->planOfMore();
    QVERIFY(planned);
    QCOMPARE(planned->repeats, 4);
    QCOMPARE(planned->memoryLimit, fast.cell.memoryLimit);
    QVERIFY(planned->workers.size() <= 2 && planned->datasets.size() == 1);
    std::vector<std::string> engines;
    for (const auto& engine : planned->engines)
        engines.push_back(engine.id);
    QCOMPARE(engines, (std::vector<std::string>{"polars", "duckdb", "pandas"}));
}

void ComparePageTest::aRowOfTheTableLeadsToItsRun()
{
    chooseTab("Table");
    auto* runs = table("All runs");
    QVERIFY(runs);
    QCOMPARE(runs->table().rows.size(), std::size_t(10));
    emit runs->rowActivated(4);
    auto* drawer = page_->findChild<RunDrawer*>();
    QVERIFY(drawer->isVisible());
    QCOMPARE(drawer->currentRun(), workbench_->records()[4].id);
    for (const auto* text : drawer->findChildren<QPlainTextEdit*>())
        if (text->accessibleName() == QLatin1String("Facts of the run"))
            QVERIFY(text->toPlainText().contains(QStringLiteral("Seconds (go to done)")));
    QTest::keyClick(drawer, Qt::Key_Escape);
    QVERIFY(!drawer->isVisible());
}

void ComparePageTest::aRowOfTheSummaryLeadsToItsCell()
{
    chooseTab("Table");
    auto* summary = table("Summary of the cells");
    const auto row = summary->model()->index(1, 0); // two workers of the first line
    summary->setCurrentIndex(row);
    QTest::keyClick(summary, Qt::Key_Return);
    auto* drawer = page_->findChild<RunDrawer*>();
    QVERIFY(drawer->isVisible());
    const auto& opened =
        *std::ranges::find(workbench_->records(), drawer->currentRun(), &RunRecord::id);
    QCOMPARE(opened.cell.engine, std::string("chunked"));
    QCOMPARE(opened.cell.workers, 2);
}

void ComparePageTest::aRowBehindAChartLeadsToItsCell()
{
    auto* card = page_->findChild<ChartCard*>();
    card->showTable(true);
    emit card->table()->rowActivated(2);
    QVERIFY(page_->findChild<RunDrawer*>()->isVisible());
}

void ComparePageTest::tradeOffHasATabOfItsOwn()
{
    chooseTab("Memory");
    QCOMPARE(page_->charts().size(), 1);
    QCOMPARE(page_->charts().front()->kind(), ChartKind::TradeOff);
    emit page_->charts().front()->cellActivated(
        page_->comparisons().front().lines[0].cells[1].cell);
    QVERIFY(page_->findChild<RunDrawer*>()->isVisible());
    tabs()->setCurrentIndex(1);
    for (const auto* view : page_->charts())
        QVERIFY(view->kind() != ChartKind::TradeOff);
}

void ComparePageTest::theChosenComparisonStaysFromTabToTab()
{
    auto cold = finished("polars", 2, 4);
    cold.cell.cache = CacheState::Cold;
    workbench_->openSession(sessionWith({cold, finished("polars", 2, 3)}));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(2));
    auto* choice = named<QComboBox>("Data and settings");
    choice->setCurrentIndex(0);
    for (const char* tab : {"Memory", "Table", "Ranking"}) {
        chooseTab(tab);
        QVERIFY2(choice->currentText().endsWith("cold"), qPrintable(choice->currentText()));
    }
}

void ComparePageTest::anotherSessionStandsBesideTheOpenOne()
{
    const auto* notice = page_->findChild<NoticeBar*>();
    QVERIFY(!notice->isVisible());
    page_->compareWith(sessionWith({finished("chunked", 1, 16.4), finished("polars", 2, 3)}));
    QTRY_VERIFY(notice->isVisible());
    QCOMPARE(notice->kind(), NoticeBar::Kind::Info);
    QCOMPARE(page_->charts().size(), 4); // its own, each with the other's beside it
    QCOMPARE(page_->findChildren<ChartCard*>().size(), 8);
    chooseTab("Table");
    const auto rows = toJson(table("Cells of both sessions")->table())["rows"];
    QCOMPARE(rows.size(), std::size_t(4)); // three of chunked, one of Polars
    QCOMPARE(rows[0]["seconds_ratio"].get<double>(), 2.0);
    emit page_->findChild<NoticeBar*>()->dismissed();
    QVERIFY(!notice->isVisible() && !table("Cells of both sessions")->isVisible());
    QSignalSpy failed(workbench_.get(), &Workbench::failed);
    page_->compareWith(fixture_.path("nowhere.spillway"));
    QTRY_COMPARE(failed.size(), 1);
    page_->compareWith(sessionWith({}));
    QTRY_COMPARE(failed.size(), 2);
}

void ComparePageTest::aPointOfTheOtherSessionLeadsToItsRuns()
{
    const auto record = finished("polars", 2, 3.25);
    page_->compareWith(sessionWith({record}));
    QTRY_COMPARE(page_->findChildren<ChartCard*>().size(), 8);
    emit page_->findChildren<ChartCard*>()[1]->cellActivated(record.cell);
    auto* drawer = page_->findChild<RunDrawer*>();
    QTRY_VERIFY(drawer->isVisible());
    const auto textOf = [&](const char* name) {
        return named<QPlainTextEdit>(name)->toPlainText();
    };
    QVERIFY2(textOf("Facts of the run").contains("3.25"), qPrintable(textOf("Facts of the run")));
    QTRY_VERIFY(!textOf("Environment of the run").isEmpty());
    for (const auto* button : drawer->findChildren<QPushButton*>())
        QVERIFY(!button->isEnabled()); // Replay: on the Live page stands the open session
    drawer->showCell(page_->comparisons().front().lines.front().cells.front().cell);
    QVERIFY(drawer->currentRun() > 0);
}

void ComparePageTest::aSessionOfAnotherMachineGetsNoRatio()
{
    auto record = finished("chunked", 1, 16.4);
    record.machine = "A large one, 64 cores";
    page_->compareWith(sessionWith({record}));
    const auto* notice = page_->findChild<NoticeBar*>();
    QTRY_VERIFY(notice->isVisible());
    QCOMPARE(notice->kind(), NoticeBar::Kind::Warning);
    QVERIFY(notice->message().contains(QStringLiteral("A large one, 64 cores")));
    QVERIFY(notice->message().endsWith(
        QStringLiteral("No ratio: the machine differs. Shown side by side.")));
    chooseTab("Table");
    QVERIFY(!toJson(table("Cells of both sessions")->table())["rows"][0].contains("seconds_ratio"));
}

void ComparePageTest::comparisonsOfTwoMachinesHaveTheirNames()
{
    auto here = finished("polars", 2, 3);
    auto there = finished("polars", 2, 4);
    here.machine = "Mine, 2 cores";
    there.machine = "Yours, 8 cores";
    workbench_->openSession(sessionWith({here, there}));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(2));
    const auto* choice = named<QComboBox>("Data and settings");
    QVERIFY(choice->itemText(0).endsWith(QStringLiteral("Mine, 2 cores")));
    QVERIFY(choice->itemText(1).endsWith(QStringLiteral("Yours, 8 cores")));
}

void ComparePageTest::exportsShowTheStudysFiguresThatAreOnShow()
{
    const auto exported = [&](const char* folder) {
        QString all;
        for (const char* name : {"etl-taxi-4-GB-speedup.svg", "report.html"})
            all += exportedText(folder, name);
        return all.count("Table I, published");
    };
    QCOMPARE(exported("plain"), 0);
    for (auto* action : page_->findChildren<QAction*>())
        if (action->text() == QLatin1String("The paper's figures as &published")) action->trigger();
    QVERIFY(exported("overlaid") > 1);
}

void ComparePageTest::aSessionOfThePaperShowsTheStudyUnasked()
{
    const auto checked = [&] {
        int count = 0;
        for (const auto* action : page_->findChildren<QAction*>())
            count +=
                action->text().startsWith("The paper's figures ") && action->isChecked() ? 1 : 0;
        return count;
    };
    QCOMPARE(checked(), 0);
    const auto path = sessionWith({finished("dask", 2, 3), finished("dask", 4, 2)});
    {
        auto store = SessionStore::open(path);
        QVERIFY(store && store->addPlan({{"version", 1}, {"preset", "paper"}}));
    }
    workbench_->openSession(path);
    QTRY_COMPARE(checked(), 2);
    const auto report = exportedText("paper", "report.html");
    QVERIFY(report.contains("Table I, published") && report.contains("Table I, recomputed"));
    workbench_->openSession(sessionWith({finished("dask", 2, 3)}));
    QTRY_COMPARE(checked(), 0);
    QVERIFY(!exportedText("own", "report.html").contains("Table I, published"));
}

void ComparePageTest::baselineChangesSpeedupEverywhere()
{
    auto* baseline = named<QComboBox>("Baseline of speedup");
    QVERIFY(baseline);
    QCOMPARE(page_->comparisons().front().baselineWorkers, std::optional(1));
    baseline->setCurrentIndex(baseline->findData(2));
    emit baseline->activated(baseline->currentIndex());
    QCOMPARE(page_->comparisons().front().baselineWorkers, std::optional(2));
    QCOMPARE(baseline->currentData().toInt(), 2);
}

void ComparePageTest::setupAndRatiosAreSwitchedForAllChartsAtOnce()
{
    const auto toggle = [&](const char* action) {
        for (auto* known : page_->findChildren<QAction*>())
            if (known->text() == QLatin1String(action)) return known->toggle();
        qFatal("%s is not there", action);
    };
    const auto drawn = [&](const char* chart) {
        return exportedText("exported", "etl-taxi-4-GB-" + std::string(chart) + ".svg");
    };
    const auto median = [&] {
        return page_->comparisons().front().lines.front().cells.front().seconds->median;
    };
    const auto says = [&](const QString& words) {
        const std::unique_ptr<WhyDialog> dialog(why());
        return named<QLabel>("Remarks on the verdict")->text().contains(words);
    };
    const double work = median();
    const double setup = 1; // of every run: live_runs.h
    QVERIFY(!says(QStringLiteral("Times include set-up")));
    toggle("In&clude start-up time");
    QCOMPARE(median(), work + setup);
    QVERIFY(says(QStringLiteral("Times include set-up")));
    QVERIFY(drawn("speedup").contains("set-up included"));
    QVERIFY(!drawn("peak-memory").contains("set-up included"));
    toggle("In&clude start-up time");
    QCOMPARE(median(), work);

    toggle("Ra&tios instead of seconds and bytes");
    for (const char* const chart : {"runtime", "peak-memory"})
        QVERIFY(drawn(chart).contains("Ratio to"));
    QVERIFY(!drawn("speedup").contains("Ratio to"));
}

void ComparePageTest::exportWritesEveryChartAndTable()
{
    const auto files = page_->exportAll(fixture_.path("exported"));
    QVERIFY(files.has_value());
    // Six charts as PNG, SVG and PDF; the summary and the runs in four formats; the report.
    QCOMPARE(files->size(), std::size_t(6 * 3 + 2 * 4 + 1));
    for (const auto& file : *files)
        QVERIFY2(std::filesystem::file_size(file) > 100, file.c_str());
    QVERIFY(!page_->exportAll(files->front() / "below a file").has_value());
}

void ComparePageTest::aCardCopiesItsChart()
{
    QGuiApplication::clipboard()->clear();
    for (auto* button : page_->findChildren<QToolButton*>())
        if (button->accessibleName() == QLatin1String("Copy Speedup as an image")) button->click();
    const QImage image = QGuiApplication::clipboard()->image();
    QCOMPARE(image.size(), QSize(1800, 1200));
}

void ComparePageTest::tableCopiesWhatIsShown()
{
    chooseTab("Table");
    auto* runs = table("All runs");
    runs->selectRow(0);
    QTest::keyClick(runs, Qt::Key_C, Qt::ControlModifier);
    const auto lines = QGuiApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2); // header and one row
    QCOMPARE(lines[0].count('\t'), lines[1].count('\t'));
}

void ComparePageTest::tableModelKeepsTheRulesOfModels()
{
    TableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTable(runsTable(workbench_->records()));
    QCOMPARE(model.rowCount(), 10);
    model.setTable({});
    QCOMPARE(model.rowCount(), 0);
}

/// They used to make "Nothing finished" of an engine that finishes when it is given the time.
void ComparePageTest::olderFailuresUnderOtherSettingsAreNotTheVerdict()
{
    auto early =
        recordOf(plannedRun(cellOf("polars", "default", 2), 1), 0, RunStatus::TimedOut, 60);
    early.error = Error{ErrorCode::TimedOut, "Not finished after 1 min.", {}, {}};
    early.timeout = Seconds(60);
    auto later = finished("polars", 2, 90);
    later.timeout = Seconds(600);
    workbench_->openSession(sessionWith({early, early, later}));
    QTRY_COMPARE(named<CutLabel>("Verdict")->words(), QString("Polars, 2 workers"));
    chooseTab("Table");
    const auto text = table("Summary of the cells")->selectionText();
    QVERIFY2(text.contains("older-settings-left-out"), qPrintable(text));
    QCOMPARE(table("All runs")->table().rows.size(), std::size_t(3)); // nothing is hidden
}

void ComparePageTest::oneFilterIsForCellsAndRuns()
{
    chooseTab("Table");
    auto* filter = named<QLineEdit>("Filter of the table");
    auto* cells = table("Summary of the cells");
    const int all = cells->shownRows();
    QTest::keyClicks(filter, "CHUNKED 4");
    QVERIFY(cells->shownRows() > 0 && cells->shownRows() < all);
    QVERIFY(table("All runs")->shownRows() < 10);
    QTest::keyClick(cells, Qt::Key_C, Qt::ControlModifier); // what is shown is what is copied
    QCOMPARE(QGuiApplication::clipboard()->text().count('\n'), cells->shownRows() + 1);
    filter->setText("no such engine");
    QCOMPARE(cells->shownRows(), 0);
    filter->clear();
    QCOMPARE(cells->shownRows(), all);
    QVERIFY(cells->isVisible() && !table("All runs")->isVisible());
}

void ComparePageTest::everyCopySaysSo()
{
    const auto* toast = page_->findChild<Toast*>();
    QCOMPARE(toast->words(), QString());
    for (auto* button : page_->findChildren<QToolButton*>())
        if (button->accessibleName() == QLatin1String("Copy Speedup as an image")) button->click();
    QCOMPARE(toast->words(), QString("Speedup is on the clipboard as an image."));
    chooseTab("Table");
    auto* cells = table("Summary of the cells");
    cells->selectRow(0);
    QTest::keyClick(cells, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(toast->words(), QString("1 row is on the clipboard."));
    // It lies over the page: nothing has moved.
    QVERIFY(toast->isVisible() && page_->rect().contains(toast->geometry()));
    QTest::keyClick(page_->findChild<Toast*>(), Qt::Key_Escape);
    QVERIFY(!toast->isVisible());
}

void ComparePageTest::theCrosshairIsOnAllCharts()
{
    QCOMPARE(page_->charts().size(), 4);
    const auto overlayOf = [](const ComparisonChartView* view) -> const ComparisonOverlay* {
        for (auto* item : view->scene()->items())
            if (const auto* found = dynamic_cast<const ComparisonOverlay*>(item)) return found;
        return nullptr;
    };
    const CellKey cell = page_->comparisons().front().lines[0].cells[1].cell;
    emit page_->charts().front()->cellHovered(cell);
    for (const auto* view : page_->charts())
        QVERIFY(overlayOf(view)->crosshairPoint());
    emit page_->charts().front()->cellHovered(std::nullopt);
    for (const auto* view : page_->charts())
        QVERIFY(!overlayOf(view)->crosshairPoint());
    // From a row of the numbers, and to them.
    const auto cards = page_->findChildren<ChartCard*>();
    cards[0]->showTable(true);
    cards[1]->showTable(true);
    cards[0]->table()->choose(1);
    QVERIFY(overlayOf(page_->charts()[2])->crosshairPoint());
    QCOMPARE(cards[1]->table()->currentIndex().row(), 1);
}

void ComparePageTest::measuresHaveAViewWhereThereAreAny()
{
    const auto offered = [this] {
        for (int i = 0; i < tabs()->count(); ++i)
            if (tabs()->tabText(i) == "Learning") return tabs()->isTabVisible(i);
        return false;
    };
    QVERIFY(!offered());
    auto record = finished("polars", 2, 3);
    record.workload = LogregWorkload{};
    record.cell.workload = identityOf(record.workload);
    workbench_->openSession(sessionWith({record}));
    QTRY_VERIFY(offered());
    chooseTab("Learning");
    QStringList ids;
    for (const auto* view : page_->charts())
        ids << chartId(view->kind());
    QVERIFY(ids.contains("accuracy") && !ids.contains("runtime"));
    workbench_->openSession(sessionWith({finished("polars", 2, 3)}));
    QTRY_VERIFY(!offered());
    QCOMPARE(tabs()->tabText(tabs()->currentIndex()), QString("Ranking"));
}

RunRecord ComparePageTest::queried(const char* engine, RunStatus status, const char* rows)
{
    auto run = plannedRun(cellOf(engine, "default", 2), 1);
    run.workload = Workload{.kind = "query"};
    run.workload.parameters["sql"] = std::string("SELECT k, n FROM data");
    run.cell.workload = identityOf(run.workload);
    auto record = recordOf(run, 0, status, 2);
    record.result = RunResult{.kind = "query", .rows = 5};
    auto table = tableFromColumns(
        *parseJson(R"([{"name": "k", "type": "text"}, {"name": "n", "type": "int64"}])"));
    for (const Json& row : *parseJson(rows))
        if (!appendRow(*table, row)) qFatal("not a row");
    record.result->tableRows = static_cast<std::int64_t>(table->rows());
    record.result->table = std::move(*table);
    return record;
}

void ComparePageTest::theArticleHasAViewWhereItIsSettled()
{
    std::vector<RunRecord> records;
    const auto add = [&](const char* kind) {
        for (const char* engine : {"dask", "ray"}) {
            records.push_back(finished(engine, 2, 1.5));
            RunRecord& record = records.back();
            record.workload = {.kind = kind, .columns = {}, .parameters = {{"size", "quick"}}};
            record.cell.workload = identityOf(record.workload);
            record.result = RunResult{.kind = kind};
            record.atRest = AtRest{0.5, 7, 123'000'000};
        }
    };
    add("array");
    add("tasks");
    page_->showLatest();
    workbench_->openSession(sessionWith(records));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(2));
    const auto isOffered = [this] {
        for (int i = 0; i < tabs()->count(); ++i)
            if (tabs()->tabText(i) == "The article") return tabs()->isTabVisible(i);
        return false;
    };
    QVERIFY(!isOffered());
    add("tune");
    workbench_->openSession(sessionWith(records));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(3));
    QVERIFY(isOffered());
    chooseTab("The article");
    const auto* view = named<QTextBrowser>("The article, claim by claim");
    QVERIFY(view->isVisible());
    const QString shown = view->toPlainText();
    QVERIFY2(shown.contains("Independent tasks: ") && shown.contains("cannot be told") &&
                 shown.contains("not run"),
             qPrintable(shown.left(2000)));
    QVERIFY(exportedText("article", "report.html").contains("The article, claim by claim"));
    QVERIFY(exportedText("article", "article.csv").contains("cannot be told"));
    // What it takes is the same everywhere.
    QVERIFY2(shown.contains("What it takes") && shown.contains("123"), qPrintable(shown));
    QVERIFY(exportedText("article", "report.html").contains("What it takes"));
    QVERIFY(exportedText("article", "ease.csv").contains("independent tasks,Ray"));
    // Another session does not settle it.
    workbench_->openSession(sessionWith({finished("dask", 2, 1.5)}));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
    QVERIFY(!isOffered());
    QVERIFY(!view->isVisible());
}

void ComparePageTest::theDrawerShowsAResultAsATable()
{
    workbench_->openSession(
        sessionWith({queried("duckdb", RunStatus::Ok, R"([["b", 10], [null, 9], ["null", 1]])")}));
    QTRY_COMPARE(page_->comparisons().front().lines.front().engine, std::string("duckdb"));
    auto* drawer = page_->findChild<RunDrawer*>();
    drawer->showCell(page_->comparisons().front().lines.front().cells.front().cell);
    drawer->show();
    auto* rows = drawer->findChild<RowsView*>("result-rows");
    QTRY_COMPARE(rows->model()->rowCount(), 3);
    QCOMPARE(drawer->findChild<QLabel*>("result-count")->text(), QString("3 rows"));
    QVERIFY(!drawer->findChild<RowsView*>("differences")->isVisibleTo(drawer));
    QVERIFY(rows->model()->index(1, 0).data(Qt::FontRole).value<QFont>().italic());
    rows->sortByColumn(1, Qt::AscendingOrder);
    QCOMPARE(rows->model()->index(0, 0).data().toString(), QString("null"));
    QVERIFY(!rows->model()->index(0, 0).data(Qt::FontRole).isValid()); // the text
}

void ComparePageTest::theDrawerShowsRowsOfAWrongAnswerBesideTheRightOnes()
{
    const auto right = queried("duckdb", RunStatus::Ok, R"([["a", 1], ["b", 2], ["c", 3]])");
    auto wrong = queried("polars", RunStatus::WrongResult, R"([["a", 1], ["b", 7], ["c", 3]])");
    wrong.error = Error{ErrorCode::EngineFailed, "Finished in 2 s with a wrong answer.", {}, {}};
    workbench_->openSession(sessionWith({right, wrong}));
    QTRY_COMPARE(page_->comparisons().front().lines.front().engine, std::string("duckdb"));
    auto* drawer = page_->findChild<RunDrawer*>();
    for (const EngineLine& line : page_->comparisons().front().lines)
        if (line.engine == "polars") drawer->showCell(line.cells.front().cell);
    drawer->show();
    auto* pairs = drawer->findChild<RowsView*>("differences");
    QTRY_VERIFY(pairs->isVisible());
    QCOMPARE(pairs->model()->rowCount(), 2);
    QCOMPARE(pairs->model()->headerData(0, Qt::Vertical).toString(), QString("this run"));
    QCOMPARE(pairs->model()->headerData(1, Qt::Vertical).toString(), QString("expected"));
    QCOMPARE(pairs->model()->index(0, 1).data().toString(), QString("7"));
    QCOMPARE(pairs->model()->index(1, 1).data().toString(), QString("2"));
    QVERIFY(pairs->model()->index(1, 1).data(Qt::FontRole).value<QFont>().bold());
    QVERIFY(!pairs->model()->index(1, 0).data(Qt::FontRole).isValid()); // the key is right
    const auto said = drawer->findChild<QLabel*>("differing")->text();
    QVERIFY2(said.contains("DuckDB") && said.contains("checked"), qPrintable(said));
    QCOMPARE(drawer->findChild<RowsView*>("result-rows")->model()->rowCount(), 3);
}

SPILLWAY_TESTS(ComparePageTest, QApplication)
#include "compare_page_test.moc"
