#include "suites/suites.h"
#include "window_fixture.h"

#include "data/open_dataset.h"
#include "ui/parts/cut_label.h"
#include "ui/parts/rows_view.h"
#include "ui/plan/first_rows.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/query_editor.h"
#include "ui/plan/step_cards.h"
#include "work/run_controller.h"
#include "work/workbench.h"
#include "workloads/workload_type.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QCompleter>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// A query on the Plan page, read by the real planner while it is typed.
class QueryPlanTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { window_.reset(); }
    void stepsStandBesideTheText();
    void aFaultIsSaidAndUnderlined();
    void severalDatasetsAreTables();
    void programsStandInTabsAndAreCopied();
    void aFaultInJsonIsMarkedAtItsStep();
    void columnsAreCompletedWhileOneTypes();
    void whatIsPutInCanBeUndone();
    void jobsThatShipAreAtHand();
    void aJobThatRanIsAtHandAgain();
    void theFirstRowsStandBelowTheSteps();
    void theRowsAfterAStepAreThoseOfTheStep();
    void noRowsAreSaidToBeNone();
    void withoutDuckDBItIsOfferedToBeSetUp();
    void whatWasSampledIsSaid_data();
    void whatWasSampledIsSaid();
    void onlyWhatTheKindNeedsIsShown();

private:
    template <class Widget>
    Widget* named(const char* name) const
    {
        return window_->findChild<Widget*>(QLatin1String(name));
    }
    QCheckBox* box(const QString& words) const
    {
        for (auto* box : window_->findChildren<QCheckBox*>())
            if (box->text() == words) return box;
        return nullptr;
    }
    void add(const char* file, const char* text)
    {
        std::ofstream(fixture_.path(file)) << text;
        auto opened = openDataset(fixture_.path(file).string());
        QVERIFY(opened.has_value());
        window_->workbench().addDataset(*opened);
    }
    void open(const std::filesystem::path& environments);
    void type(const char* words) const { named<QPlainTextEdit>("job-text")->setPlainText(words); }
    QString firstRowsWords() const { return named<QLabel>("first-rows-words")->text(); }
    void choose()
    {
        box("Group-by mean")->setChecked(false);
        box("Query")->setChecked(true);
    }
    QString labelWith(const QString& words) const
    {
        for (const auto* label : window_->findChildren<QLabel*>())
            if (label->text().contains(words) && label->isVisible()) return label->text();
        return {};
    }

    WindowFixture fixture_;
    std::unique_ptr<MainWindow> window_;
};

void QueryPlanTest::init()
{
    open(SPILLWAY_SOURCE_DIR "/build/data/spillway/environments");
}

void QueryPlanTest::open(const std::filesystem::path& environments)
{
    auto options = fixture_.options();
    options.engines.environments = environments;
    window_ = std::make_unique<MainWindow>(options);
    window_->show();
    QTRY_VERIFY(window_->workbench().registry() != nullptr);
    add("orders.csv", "id,customer,amount\n1,1,10.5\n2,2,20\n");
    window_->showPage(PageId::Plan);
    choose();
}

void QueryPlanTest::stepsStandBesideTheText()
{
    type("SELECT count(*) AS n FROM data WHERE amount > 15");
    auto* steps = named<StepCards>("job-steps");
    QTRY_VERIFY_WITH_TIMEOUT(steps->count() >= 3, 60'000);
    const auto* last = steps->item(steps->count() - 1);
    QCOMPARE(last->data(Qt::AccessibleDescriptionRole).toString(), QString("n int64"));
    QCOMPARE(labelWith("Result:"), QString("Result: n int64"));
    QVERIFY(steps->geometry().left() > named<QueryEditor>("job-text")->geometry().right());
    QCOMPARE(steps->height(), named<QueryEditor>("job-text")->height());
}

void QueryPlanTest::aFaultIsSaidAndUnderlined()
{
    auto* text = named<QPlainTextEdit>("job-text");
    text->setPlainText("SELECT amont\nFROM data");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("amont").isEmpty(), 60'000);
    QVERIFY(labelWith("amont").contains("line 1"));
    QCOMPARE(text->extraSelections().size(), 1);
    QCOMPARE(text->extraSelections().front().cursor.selectedText(), QString("amont"));
    QVERIFY(!named<QPushButton>("start")->isEnabled());
    // Mended, the mark is gone.
    text->setPlainText("SELECT amount FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("Result:").isEmpty(), 60'000);
    QVERIFY(text->extraSelections().isEmpty());
}

void QueryPlanTest::severalDatasetsAreTables()
{
    add("customers.csv", "customer,region\n1,N\n2,S\n");
    QTRY_COMPARE(named<CutLabel>("job-tables")->words(),
                 QString("Tables: orders (id, customer, amount), customers (customer, region)"));
    named<QPlainTextEdit>("job-text")
        ->setPlainText("SELECT region, sum(amount) AS total FROM orders JOIN customers "
                       "USING (customer) GROUP BY region");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("Result:").isEmpty(), 60'000);
    const auto plan = window_->findChild<PlanPage*>()->plan();
    QVERIFY(plan && plan->datasets.size() == 1 && plan->datasets[0].tables.size() == 2);
    // Each alone is the table "data", which has no region in the first.
    named<QCheckBox>("as-tables")->setChecked(false);
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("orders").isEmpty() && labelWith("Result:").isEmpty(),
                             60'000);
    QCOMPARE(named<CutLabel>("job-tables")->words().left(12), QString("Table: data "));
}

void QueryPlanTest::programsStandInTabsAndAreCopied()
{
    type("SELECT amount FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("Result:").isEmpty(), 60'000);
    auto* tabs = named<QTabBar>("job-tabs");
    QCOMPARE(tabs->tabText(0), QString("First rows"));
    const auto open = [&](const QString& title) {
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->tabText(i) == title) tabs->setCurrentIndex(i);
        return tabs->tabText(tabs->currentIndex()) == title;
    };
    QVERIFY(open("DuckDB"));
    const QString code = named<QPlainTextEdit>("program")->toPlainText();
    QVERIFY2(code.contains("import duckdb"), qPrintable(code));
    QTest::mouseClick(named<QPushButton>("copy-program"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), code);
    QCOMPARE(named<QPushButton>("copy-program")->text(), QString("Copied"));
    // The tab stays while one goes on typing, with the program of what is typed.
    type("SELECT id FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(named<QPlainTextEdit>("program")->toPlainText() != code, 60'000);
    QCOMPARE(tabs->tabText(tabs->currentIndex()), QString("DuckDB"));
}

void QueryPlanTest::aFaultInJsonIsMarkedAtItsStep()
{
    auto* text = named<QueryEditor>("job-text");
    type("{\"steps\": [{\"from\": \"data\"},\n {\"filter\": \"amount > 1\"},\n {\"drop\": "
         "[\"amont\"]}]}");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("step 3").isEmpty(), 60'000);
    QCOMPARE(text->extraSelections().size(), 1);
    QCOMPARE(text->extraSelections().front().cursor.selectedText(), QString("drop"));
}

void QueryPlanTest::columnsAreCompletedWhileOneTypes()
{
    auto* text = named<QueryEditor>("job-text");
    QTRY_VERIFY(named<CutLabel>("job-tables")->words().contains("amount"));
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    text->setFocus();
    type("SELECT  FROM data");
    QTextCursor cursor = text->textCursor();
    cursor.setPosition(7);
    text->setTextCursor(cursor);
    QTest::keyClicks(text, "am");
    QVERIFY(text->isCompleting());
    auto* list = text->findChild<QCompleter*>()->popup();
    QCOMPARE(list->model()->index(0, 0).data().toString(), QString("amount   real"));
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(text->toPlainText(), QString("SELECT amount FROM data"));
    QVERIFY(!text->isCompleting());
    // Escape leaves what is typed; a whole word asks for nothing.
    QTest::keyClicks(text, ", id");
    QVERIFY(!text->isCompleting());
    QTest::keyClick(text, Qt::Key_Space, Qt::ControlModifier);
    QTest::keyClicks(text, "x");
    QTest::keyClick(text, Qt::Key_Backspace);
    QTest::keyClick(text, Qt::Key_Escape);
    QCOMPARE(text->toPlainText(), QString("SELECT amount, id FROM data"));
}

void QueryPlanTest::whatIsPutInCanBeUndone()
{
    auto* text = named<QueryEditor>("job-text");
    type("SELECT id FROM data");
    text->replaceText("SELECT amount FROM data");
    QCOMPARE(text->toPlainText(), QString("SELECT amount FROM data"));
    text->undo();
    QCOMPARE(text->toPlainText(), QString("SELECT id FROM data"));
    text->redo();
    QCOMPARE(text->toPlainText(), QString("SELECT amount FROM data"));
}

void QueryPlanTest::jobsThatShipAreAtHand()
{
    auto* menu = named<QPushButton>("job-menu")->menu();
    emit menu->aboutToShow();
    QAction* found = nullptr;
    for (auto* each : menu->findChildren<QMenu*>())
        for (auto* action : each->actions())
            if (action->text().startsWith("q6:")) found = action;
    QVERIFY(found && !found->toolTip().isEmpty());
    found->trigger();
    auto* text = named<QueryEditor>("job-text");
    QVERIFY(text->toPlainText().contains("\n  \"steps\": [\n    {\"from\": \"lineitem\"},\n"));
    // Its tables are not here, which is said once, with the way out.
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("lineitem").isEmpty(), 60'000);
    text->undo();
    QVERIFY(text->toPlainText().isEmpty());
    text->redo();
    // It is called by its name as long as it is this job.
    const auto label = [this] {
        const auto plan = window_->planPage().plan();
        return plan ? nameOf(plan->workloads.front()) : "no plan";
    };
    QCOMPARE(label(), std::string("query q6"));
    const auto named6 = window_->planPage().plan();
    text->moveCursor(QTextCursor::End);
    text->insertPlainText(" ");
    QCOMPARE(label(), std::string("query"));
    window_->planPage().showPlan(*named6);
    QCOMPARE(label(), std::string("query q6"));
    type("SELECT id FROM data");
    QCOMPARE(label(), std::string("query"));
}

void QueryPlanTest::aJobThatRanIsAtHandAgain()
{
    type("SELECT id FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(named<QPushButton>("start")->isEnabled(), 60'000);
    window_->planPage().start();
    window_->runs().stopPlan();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->runs().isRunning(), 60'000);
    type("SELECT amount FROM data");
    auto* menu = named<QPushButton>("job-menu")->menu();
    emit menu->aboutToShow();
    QCOMPARE(menu->actions().value(1)->text(), QString("SELECT id FROM data"));
    menu->actions().value(1)->trigger();
    QCOMPARE(named<QueryEditor>("job-text")->toPlainText(), QString("SELECT id FROM data"));
}

void QueryPlanTest::theFirstRowsStandBelowTheSteps()
{
    auto* rows = named<RowsView>("first-rows");
    named<QPlainTextEdit>("job-text")
        ->setPlainText("SELECT id, nullif(amount, 20) AS a FROM data ORDER BY id DESC");
    QTRY_VERIFY_WITH_TIMEOUT(rows->isVisible(), 60'000);
    QCOMPARE(rows->model()->rowCount(), 2);
    QCOMPARE(rows->model()->index(0, 0).data().toString(), QString("2"));
    QVERIFY(rows->model()->index(0, 1).data(Qt::FontRole).value<QFont>().italic());
    QCOMPARE(named<QLabel>("first-rows-title")->text(), QString("First rows"));
    QVERIFY2(firstRowsWords().startsWith("2 rows, from all rows · DuckDB "),
             qPrintable(firstRowsWords()));
    // A query that cannot be read has none.
    named<QPlainTextEdit>("job-text")->setPlainText("SELECT amont FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("amont").isEmpty(), 60'000);
    QVERIFY(!rows->isVisible());
}

void QueryPlanTest::theRowsAfterAStepAreThoseOfTheStep()
{
    auto* steps = named<StepCards>("job-steps");
    type("SELECT count(*) AS n FROM data WHERE amount > 15");
    QTRY_VERIFY_WITH_TIMEOUT(firstRowsWords().startsWith("1 row"), 60'000);
    steps->setCurrentRow(0);
    QTRY_COMPARE_WITH_TIMEOUT(firstRowsWords().left(6), QString("2 rows"), 60'000);
    QVERIFY(named<QLabel>("first-rows-title")->text().contains("read data"));
    steps->setCurrentRow(1); // where amount > 15
    QTRY_COMPARE_WITH_TIMEOUT(firstRowsWords().left(5), QString("1 row"), 60'000);
    QVERIFY(named<QLabel>("first-rows-title")->text().contains("amount > 15"));
    steps->clearSelection();
    QTRY_COMPARE_WITH_TIMEOUT(named<QLabel>("first-rows-title")->text(), QString("First rows"),
                              60'000);
}

void QueryPlanTest::noRowsAreSaidToBeNone()
{
    named<QPlainTextEdit>("job-text")->setPlainText("SELECT id FROM data WHERE amount > 1000");
    QTRY_COMPARE_WITH_TIMEOUT(firstRowsWords(), QString("none: the result is empty"), 60'000);
    QVERIFY(!named<RowsView>("first-rows")->isVisible());
}

void QueryPlanTest::withoutDuckDBItIsOfferedToBeSetUp()
{
    window_.reset();
    const auto environments = fixture_.path("with-planner");
    std::filesystem::create_directories(environments);
    std::filesystem::create_directory_symlink(
        SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/planner", environments / "planner");
    open(environments);
    named<QPlainTextEdit>("job-text")->setPlainText("SELECT id FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(named<QPushButton>("first-rows-set-up")->isVisible(), 60'000);
    QCOMPARE(firstRowsWords(), QString("DuckDB shows them once it is set up."));
    QVERIFY(named<StepCards>("job-steps")->count() > 0);
}

void QueryPlanTest::whatWasSampledIsSaid_data()
{
    QTest::addColumn<QString>("tables"); // name, rows, and + where there are more
    QTest::addColumn<QString>("words");
    QTest::newRow("whole") << "a 5,b 10000"
                           << "from all rows";
    QTest::newRow("one table") << "a 10000+"
                               << "from the first 10,000 rows";
    QTest::newRow("one of two") << "a 10000+,b 7"
                                << "from the first 10,000 rows of a";
    QTest::newRow("both") << "a 10000+,b 10000+"
                          << "from the first 10,000 rows of each table";
    QTest::newRow("of wide ones fewer") << "a 10000+,b 420+"
                                        << "from at most the first 10,000 rows of each table";
}

void QueryPlanTest::whatWasSampledIsSaid()
{
    QFETCH(QString, tables);
    QFETCH(QString, words);
    std::vector<SampledTable> sampled;
    for (QString table : tables.split(',')) {
        const bool more = table.endsWith('+');
        const auto parts = table.remove('+').split(' ');
        sampled.push_back({utf8(parts[0]), parts[1].toLongLong(), !more});
    }
    QCOMPARE(sampledText(sampled), words);
}

void QueryPlanTest::onlyWhatTheKindNeedsIsShown()
{
    QVERIFY(named<QPlainTextEdit>("job-text")->isVisible());
    box("Query")->setChecked(false);
    box("Group-by mean")->setChecked(true);
    QVERIFY(!named<QPlainTextEdit>("job-text")->isVisible());
}

SPILLWAY_TESTS(QueryPlanTest, QApplication)
#include "query_plan_test.moc"
