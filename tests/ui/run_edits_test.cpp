#include "base/json.h"
#include "compare_fixture.h"
#include "experiment/expand.h"
#include "suites/suites.h"
#include "ui/compare/exclude_dialog.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/toast.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

#include <algorithm>

using namespace spillway;

/// What a user does to runs in the drawer.
class RunEditsTest : public QObject, private CompareFixture {
    Q_OBJECT
private slots:
    void init() { makePage(); }
    void cleanup() { dropPage(); }
    void anExcludedRunIsLeftOutAndComesBack();
    void aDeletedRunIsGoneUntilItIsUndone();
    void withoutAReasonNothingIsExcluded();
    void theDrawerFollowsTheSelection();
    void whatCannotBeChangedIsSaid();
    void failedRunsAreSetAsideToBeRunAgain();

private:
    void openPolars();
    int runsOfPolars() const;
};

/// Three runs of Polars of which the last is off, and one of DuckDB; the drawer shows the former's.
void RunEditsTest::openPolars()
{
    std::vector<RunRecord> records{finished("polars", 2, 3), finished("polars", 2, 3.2),
                                   finished("polars", 2, 30), finished("duckdb", 2, 4)};
    for (int repeat = 1; repeat <= 3; ++repeat)
        records[std::size_t(repeat - 1)].repeat = repeat;
    workbench_->openSession(sessionWith(records));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
    QCOMPARE(page_->comparisons().front().lines.size(), std::size_t(2));
    QTRY_COMPARE(tabs()->tabText(tabs()->currentIndex()), QString("Ranking"));
    auto* rows = page_->findChild<QTableView*>("ranking");
    rows->selectRow(0);
    QTest::keyClick(rows, Qt::Key_Return);
    QVERIFY(page_->findChild<RunDrawer*>()->isVisible());
    QCOMPARE(page_->findChild<RunDrawer*>()->currentRun(), qint64(3));
}

int RunEditsTest::runsOfPolars() const
{
    for (const auto& line : page_->comparisons().front().lines)
        if (line.engine == "polars") return line.cells.front().seconds->n;
    return 0;
}

void RunEditsTest::anExcludedRunIsLeftOutAndComesBack()
{
    openPolars();
    auto* exclude = page_->findChild<QPushButton*>("exclude-run");
    QTest::mouseClick(exclude, Qt::LeftButton);
    auto* dialog = page_->findChild<ExcludeDialog*>();
    QTest::keyClicks(dialog->findChild<QLineEdit*>(), "the laptop slept");
    QTest::keyClick(dialog, Qt::Key_Return);
    const auto* toast = page_->findChild<Toast*>();
    QTRY_COMPARE(toast->words(), QString("Repeat 3 of Polars, 2 workers is excluded."));
    QTRY_COMPARE(runsOfPolars(), 2);
    QCOMPARE(exclude->text(), QString("Include again"));
    QVERIFY(page_->findChild<QListWidget*>()->item(2)->text().contains("the laptop slept"));
    {
        const std::unique_ptr<WhyDialog> opened(why());
        QVERIFY(named<QLabel>("Remarks on the verdict")
                    ->text()
                    .contains("Excluded by you: Polars, 2 workers, repeat 3 (the laptop slept)."));
    }
    // Every export says it.
    for (const char* name : {"report.html", "runs.csv", "runs.md", "runs.json"})
        QVERIFY2(exportedText("excluded", name).contains("the laptop slept"), name);
    for (const char* name : {"etl-taxi-4-GB-runtime.svg", "etl-taxi-4-GB-trade-off.svg"})
        QVERIFY2(exportedText("excluded", name).contains("1 run excluded"), name);
    QVERIFY(exportedText("excluded", "etl-taxi-4-GB-summary.csv").contains("2 ok, 1 excluded"));
    QVERIFY(exportedText("excluded", "etl-taxi-4-GB-summary.tex").contains("2/2, 1 excluded"));
    // It is in the session, and Undo takes it back there, too.
    const auto stored = [this] {
        return SessionStore::openReadOnly(workbench_->sessionPath())->runs()->at(2).excluded;
    };
    QCOMPARE(stored(), std::optional(std::string("the laptop slept")));
    QTest::mouseClick(toast->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_COMPARE(runsOfPolars(), 3);
    QVERIFY(!stored());
    QTRY_COMPARE(exclude->text(), QString("Exclude…"));
    // And so does the keyboard, forth and back.
    page_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(page_.get()));
    QTest::keySequence(page_.get(), QKeySequence::Redo);
    QTRY_COMPARE(runsOfPolars(), 2);
    QTest::keySequence(page_.get(), QKeySequence::Undo);
    QTRY_COMPARE(runsOfPolars(), 3);
}

void RunEditsTest::aDeletedRunIsGoneUntilItIsUndone()
{
    openPolars();
    QTest::mouseClick(page_->findChild<QPushButton*>("delete-run"), Qt::LeftButton);
    QTRY_COMPARE(runsOfPolars(), 2);
    QCOMPARE(page_->findChild<RunDrawer*>()->currentRun(), qint64(2));
    const auto stored = [this] {
        return SessionStore::openReadOnly(workbench_->sessionPath())->runs()->size();
    };
    QCOMPARE(stored(), std::size_t(3));
    QTest::keySequence(page_.get(), QKeySequence::Undo);
    QTRY_COMPARE(runsOfPolars(), 3);
    QCOMPARE(stored(), std::size_t(4));
    QVERIFY(std::ranges::is_sorted(workbench_->records(), {}, &RunRecord::id));
    // Opened again it is gone for good.
    page_->findChild<RunDrawer*>()->selectRun(3);
    QTest::mouseClick(page_->findChild<QPushButton*>("delete-run"), Qt::LeftButton);
    QTRY_COMPARE(runsOfPolars(), 2);
    QSignalSpy opened(workbench_.get(), &Workbench::sessionOpened);
    workbench_->openSession(workbench_->sessionPath());
    QVERIFY(opened.wait());
    QSignalSpy failed(workbench_.get(), &Workbench::failed);
    workbench_->restoreRun(3, page_.get(), [] { QFAIL("It was there."); });
    QVERIFY(failed.wait());
    QCOMPARE(workbench_->records().size(), std::size_t(3));
}

void RunEditsTest::withoutAReasonNothingIsExcluded()
{
    ExcludeDialog dialog("Polars");
    QSignalSpy chosen(&dialog, &ExcludeDialog::chosen);
    dialog.show();
    for (const char* words : {"", "   ", "\t"}) {
        dialog.findChild<QComboBox*>()->setEditText(words);
        QTest::keyClick(&dialog, Qt::Key_Return);
    }
    QCOMPARE(chosen.size(), 0);
    dialog.findChild<QComboBox*>()->setEditText(QString(5000, 'x'));
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toString().size(), ExcludeDialog::longestReason);
}

void RunEditsTest::theDrawerFollowsTheSelection()
{
    openPolars();
    auto* rows = page_->findChild<QTableView*>("ranking");
    auto* drawer = page_->findChild<RunDrawer*>();
    QTest::keyClick(rows, Qt::Key_Down);
    QCOMPARE(drawer->ownCell()->engine, std::string("duckdb"));
    chooseTab("Table");
    auto* runs = table("All runs");
    runs->setCurrentIndex(runs->model()->index(1, 0));
    QCOMPARE(drawer->currentRun(), qint64(2));
    QTest::keyClick(drawer, Qt::Key_Escape);
    runs->setCurrentIndex(runs->model()->index(0, 0));
    QVERIFY(!drawer->isVisible()); // closed it stays closed
}

void RunEditsTest::whatCannotBeChangedIsSaid()
{
    auto warmUp = finished("polars", 2, 9);
    warmUp.warmup = true;
    workbench_->openSession(sessionWith({warmUp, finished("polars", 2, 3)}));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
    auto* drawer = page_->findChild<RunDrawer*>();
    drawer->showCell(page_->comparisons().front().lines[0].cells[0].cell);
    drawer->show();
    drawer->selectRun(1);
    const auto* exclude = page_->findChild<QPushButton*>("exclude-run");
    QVERIFY(!exclude->isEnabled());
    QCOMPARE(exclude->toolTip(), QString("Warm-ups do not count"));
    drawer->selectRun(2);
    QVERIFY(exclude->isEnabled());
}

/// They are no longer in the verdict's way, and missing from the plan that is started.
void RunEditsTest::failedRunsAreSetAsideToBeRunAgain()
{
    auto good = finished("polars", 2, 3);
    auto failed =
        recordOf(plannedRun(cellOf("polars", "default", 2), 2), 0, RunStatus::MemoryLimit, 1);
    auto skipped =
        recordOf(plannedRun(cellOf("polars", "default", 2), 3), 0, RunStatus::Skipped, 1);
    good.planId = failed.planId = skipped.planId = 1;
    const auto path = sessionWith({good, failed, skipped});
    Plan plan;
    plan.datasets = {Dataset{.name = "taxi 4 GB",
                             .paths = {"/nowhere.csv"},
                             .schema = {.format = {}, .columns = {{"category"}, {"x"}}},
                             .rows = {},
                             .bytes = 4,
                             .fingerprint = "f00d",
                             .tables = {}}};
    plan.workloads = {good.workload};
    plan.engines = {{"polars", ""}};
    plan.workers = {2};
    plan.repeats = 3;
    {
        auto store = SessionStore::open(path);
        QVERIFY(store && store->addPlan(toJson(plan)));
    }
    workbench_->openSession(path);
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
    QPushButton* again = nullptr;
    for (auto* button : page_->findChildren<QPushButton*>())
        if (button->text() == "Re-run 2 failed") again = button;
    QVERIFY(again);
    QTRY_VERIFY2(again->isEnabled(), qPrintable(again->toolTip()));
    const auto planned = page_->planOfFailed();
    QVERIFY(planned);
    QCOMPARE(planned->repeats, 3);
    QSignalSpy left(page_.get(), &Page::livePageRequested);
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_COMPARE(left.size(), 1);
    const auto& records = workbench_->records();
    QVERIFY(!records[0].excluded && records[1].excluded && records[2].excluded);
    QVERIFY(missingRuns({plannedRun(good.cell, 2), plannedRun(good.cell, 3)}, records).size() == 2);
    QVERIFY(finishedAlways(page_->comparisons().front().lines[0].cells[0]) ||
            QTest::qWaitFor(
                [this] { return finishedAlways(page_->comparisons().front().lines[0].cells[0]); }));
    // As one step.
    runs_->stopPlan();
    QTRY_VERIFY_WITH_TIMEOUT(!runs_->isRunning(), 20000);
    QTest::keySequence(page_.get(), QKeySequence::Undo);
    QTRY_VERIFY(!workbench_->records()[1].excluded && !workbench_->records()[2].excluded);
}

SPILLWAY_TESTS(RunEditsTest, QApplication)
#include "run_edits_test.moc"
