#include "live_runs.h"
#include "ui/compare/chart_card.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/table_model.h"
#include "window_fixture.h"

#include "session/session_store.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QtTest>

using namespace spillway;

class ComparePageTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void chartsShowTheSessionsNumbers();
    void whatIsRuledOutStandsUnderTheVerdict();
    void aRowOfTheTableLeadsToItsRun();
    void baselineChangesSpeedupEverywhere();
    void exportWritesEveryChartAndTable();
    void tableCopiesWhatIsShown();
    void tableModelKeepsTheRulesOfModels();

private:
    QTabBar* tabs() const { return page_->findChild<QTabBar*>(); }
    TableView* table(const char* name) const;

    WindowFixture fixture_;
    std::unique_ptr<Workbench> workbench_;
    std::unique_ptr<RunController> runs_;
    std::unique_ptr<ComparePage> page_;
    int sessions_ = 0;
};

TableView* ComparePageTest::table(const char* name) const
{
    for (auto* view : page_->findChildren<TableView*>())
        if (view->accessibleName() == QLatin1String(name)) return view;
    return nullptr;
}

void ComparePageTest::init()
{
    const auto path = fixture_.path(("s" + std::to_string(++sessions_) + ".spillway").c_str());
    auto store = SessionStore::create(path);
    QVERIFY(store.has_value());
    for (int repeat = 1; repeat <= 3; ++repeat)
        for (const int workers : {1, 2, 4}) {
            const auto run = plannedRun(cellOf("chunked", "default", workers), repeat);
            const double seconds = 8.0 / workers + 0.1 * repeat;
            QVERIFY(store->addRun(recordOf(run, 0, RunStatus::Ok, seconds), {}, {}).has_value());
        }
    const auto failing = plannedRun(cellOf("dask", "tuned", 2), 1);
    QVERIFY(store->addRun(recordOf(failing, 0, RunStatus::MemoryLimit, 1), {}, {}).has_value());
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
    const auto labelled = [&](const char* name) {
        for (auto* label : page_->findChildren<QLabel*>())
            if (label->accessibleName() == QLatin1String(name)) return label;
        return static_cast<QLabel*>(nullptr);
    };
    QVERIFY(labelled("Verdict")->text().startsWith(QStringLiteral("Nothing finished")));
    QVERIFY(labelled("Remarks on the verdict")->isVisible());
    QVERIFY(labelled("Remarks on the verdict")
                ->text()
                .startsWith(QStringLiteral("Ruled out: Dask tuned")));
    QCOMPARE(table("Each engine against the fastest")->table().rows.size(), std::size_t(2));
}

void ComparePageTest::aRowOfTheTableLeadsToItsRun()
{
    tabs()->setCurrentIndex(2);
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

void ComparePageTest::baselineChangesSpeedupEverywhere()
{
    QComboBox* baseline = nullptr;
    for (auto* box : page_->findChildren<QComboBox*>())
        if (box->accessibleName() == QLatin1String("Baseline of speedup")) baseline = box;
    QVERIFY(baseline);
    QCOMPARE(page_->comparisons().front().baselineWorkers, std::optional(1));
    baseline->setCurrentIndex(baseline->findData(2));
    emit baseline->activated(baseline->currentIndex());
    QCOMPARE(page_->comparisons().front().baselineWorkers, std::optional(2));
    QCOMPARE(baseline->currentData().toInt(), 2);
}

void ComparePageTest::exportWritesEveryChartAndTable()
{
    const QString directory = QString::fromStdString(fixture_.path("exported").string());
    QVERIFY(QDir().mkpath(directory));
    const auto files = page_->exportAll(directory);
    QVERIFY(files.has_value());
    QCOMPARE(files->size(), 10); // four charts as PNG and SVG, the table as CSV and JSON
    for (const auto& file : *files)
        QVERIFY2(QFileInfo(file).size() > 100, qPrintable(file));
    QVERIFY(!page_->exportAll(directory + QStringLiteral("/nowhere")).has_value());
}

void ComparePageTest::tableCopiesWhatIsShown()
{
    tabs()->setCurrentIndex(2);
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
