#include "base/json.h"
#include "live_runs.h"
#include "ui/compare/chart_card.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/table_model.h"
#include "window_fixture.h"

#include "session/session_store.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QToolButton>
#include <QtTest>

#include <algorithm>

using namespace spillway;

class ComparePageTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void chartsShowTheSessionsNumbers();
    void warmUpsAloneAreSaidToBeSo();
    void whatIsRuledOutStandsUnderTheVerdict();
    void whatToRunNextIsALineOfItsOwn();
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

private:
    QTabBar* tabs() const { return page_->findChild<QTabBar*>(); }
    TableView* table(const char* name) const { return named<TableView>(name); }
    template <class Widget>
    Widget* named(const char* accessibleName) const
    {
        for (auto* widget : page_->findChildren<Widget*>())
            if (widget->accessibleName() == QLatin1String(accessibleName)) return widget;
        return nullptr;
    }
    /// A file of an export into `folder`.
    QString exportedText(const char* folder, const std::string& name);
    std::filesystem::path sessionWith(const std::vector<RunRecord>& records);
    static RunRecord finished(const char* engine, int workers, double seconds);

    WindowFixture fixture_;
    std::unique_ptr<Workbench> workbench_;
    std::unique_ptr<RunController> runs_;
    std::unique_ptr<ComparePage> page_;
    int sessions_ = 0;
};

RunRecord ComparePageTest::finished(const char* engine, int workers, double seconds)
{
    return recordOf(plannedRun(cellOf(engine, "default", workers), 1), 0, RunStatus::Ok, seconds);
}

QString ComparePageTest::exportedText(const char* folder, const std::string& name)
{
    const auto directory = fixture_.path(folder);
    if (!page_->exportAll(directory)) qFatal("No export.");
    QFile file(pathText(directory / name));
    if (!file.open(QIODevice::ReadOnly)) qFatal("%s was not exported.", name.c_str());
    return QString::fromUtf8(file.readAll());
}

std::filesystem::path ComparePageTest::sessionWith(const std::vector<RunRecord>& records)
{
    const auto path = fixture_.path(("s" + std::to_string(++sessions_) + ".spillway").c_str());
    auto store = SessionStore::create(path);
    for (const auto& record : records)
        if (!store || !store->addRun(record, {}, {})) qFatal("The session cannot be written.");
    return path;
}

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
    const auto options = fixture_.options();
    workbench_ = std::make_unique<Workbench>(options.engines, options.settings, SettingsWriter());
    runs_ = std::make_unique<RunController>(*workbench_, options.guardProgram);
    page_ = std::make_unique<ComparePage>(*workbench_, *runs_);
    page_->resize(1120, 644);
    page_->show();
    QVERIFY(page_->comparisons().empty());
    workbench_->openSession(path);
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
}

void ComparePageTest::cleanup()
{
    page_.reset();
    runs_.reset();
    workbench_.reset();
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
    QVERIFY(tabs()->isTabEnabled(0));
    QVERIFY(!tabs()->isTabEnabled(1));
}

void ComparePageTest::whatIsRuledOutStandsUnderTheVerdict()
{
    QVERIFY(named<QLabel>("Verdict")->text().startsWith(QStringLiteral("Nothing finished")));
    const auto* remarks = named<QLabel>("Remarks on the verdict");
    QVERIFY(remarks->isVisible());
    const QString text = remarks->text();
    QVERIFY2(text.startsWith(QStringLiteral("Spillway's own engine: ")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral(" Ruled out: Dask tuned")), qPrintable(text));
    QCOMPARE(table("Each engine against the fastest")->table().rows.size(), std::size_t(2));
}

void ComparePageTest::whatToRunNextIsALineOfItsOwn()
{
    const auto* next = named<QLabel>("What to run next");
    QVERIFY(next->isVisible());
    // Who may be recommended is known when the engines have been looked at.
    QTRY_VERIFY2(next->text().startsWith(QStringLiteral("Next: Run with a memory limit of ")),
                 qPrintable(next->text()));
    // With nothing but a native twin there is nothing to advise.
    workbench_->openSession(sessionWith({finished("chunked", 2, 3)}));
    QTRY_VERIFY(!next->isVisible());
}

void ComparePageTest::aRowOfTheTableLeadsToItsRun()
{
    tabs()->setCurrentIndex(tabs()->count() - 1);
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
    tabs()->setCurrentIndex(tabs()->count() - 1);
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
    tabs()->setCurrentIndex(tabs()->count() - 2);
    QCOMPARE(page_->charts().size(), 1);
    QCOMPARE(page_->charts().front()->kind(), ChartKind::TradeOff);
    emit page_->charts().front()->cellActivated(
        page_->comparisons().front().lines[0].cells[1].cell);
    QVERIFY(page_->findChild<RunDrawer*>()->isVisible());
    tabs()->setCurrentIndex(0);
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
    for (const int tab : {tabs()->count() - 2, tabs()->count() - 1, 0}) {
        tabs()->setCurrentIndex(tab);
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
    tabs()->setCurrentIndex(tabs()->count() - 1);
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
    tabs()->setCurrentIndex(tabs()->count() - 1);
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
        return std::ranges::any_of(page_->findChildren<QLabel*>(), [&](const QLabel* label) {
            return label->text().contains(words);
        });
    };
    const double work = median();
    const double setup = 1; // of every run: live_runs.h
    QVERIFY(!says(QStringLiteral("Times include set-up")));
    toggle("In&clude set-up time");
    QCOMPARE(median(), work + setup);
    QVERIFY(says(QStringLiteral("Times include set-up")));
    QVERIFY(drawn("speedup").contains("set-up included"));
    QVERIFY(!drawn("peak-memory").contains("set-up included"));
    toggle("In&clude set-up time");
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
    // Five charts as PNG, SVG and PDF; the summary and the runs in four formats; the report.
    QCOMPARE(files->size(), std::size_t(5 * 3 + 2 * 4 + 1));
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
    tabs()->setCurrentIndex(tabs()->count() - 1);
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

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
