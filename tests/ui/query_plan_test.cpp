#include "window_fixture.h"

#include "data/open_dataset.h"
#include "ui/parts/rows_view.h"
#include "ui/plan/first_rows.h"
#include "ui/plan/plan_page.h"
#include "ui/plan/program_dialog.h"
#include "work/workbench.h"

#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QTreeWidget>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// A query on the Plan page, read by the real planner while it is typed.
class QueryPlanTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { window_.reset(); }
    void stepsStandBelowTheText();
    void aFaultIsSaidAndUnderlined();
    void severalDatasetsAreTables();
    void programsAreShown();
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

void QueryPlanTest::stepsStandBelowTheText()
{
    named<QPlainTextEdit>("job-text")
        ->setPlainText("SELECT count(*) AS n FROM data WHERE amount > 15");
    auto* steps = named<QTreeWidget>("job-steps");
    QTRY_VERIFY_WITH_TIMEOUT(steps->isVisible() && steps->topLevelItemCount() >= 3, 60'000);
    const auto* last = steps->topLevelItem(steps->topLevelItemCount() - 1);
    QCOMPARE(last->text(1), QString("n int64"));
    QCOMPARE(labelWith("Result:"), QString("Result: n int64"));
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
    QTRY_COMPARE(labelWith("Tables:"), QString("Tables: orders, customers"));
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
    QCOMPARE(labelWith("Table:"), QString("Table: data"));
}

void QueryPlanTest::programsAreShown()
{
    named<QPlainTextEdit>("job-text")->setPlainText("SELECT amount FROM data");
    QTRY_VERIFY_WITH_TIMEOUT(!labelWith("Result:").isEmpty(), 60'000);
    QString code;
    QTimer::singleShot(0, this, [&] {
        auto* dialog = window_->findChild<ProgramDialog*>();
        auto* engines = dialog->findChild<QListWidget*>();
        const auto found = engines->findItems("duckdb", Qt::MatchExactly);
        if (!found.isEmpty()) engines->setCurrentItem(found.front());
        code = dialog->findChild<QPlainTextEdit*>("program")->toPlainText();
        dialog->reject();
    });
    for (auto* button : window_->findChildren<QPushButton*>())
        if (button->text().startsWith("Programs")) button->click();
    QVERIFY2(code.contains("import duckdb"), qPrintable(code));
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
    auto* steps = named<QTreeWidget>("job-steps");
    named<QPlainTextEdit>("job-text")
        ->setPlainText("SELECT count(*) AS n FROM data WHERE amount > 15");
    QTRY_VERIFY_WITH_TIMEOUT(firstRowsWords().startsWith("1 row"), 60'000);
    steps->setCurrentItem(steps->topLevelItem(0));
    QTRY_COMPARE_WITH_TIMEOUT(firstRowsWords().left(6), QString("2 rows"), 60'000);
    QVERIFY(named<QLabel>("first-rows-title")->text().contains("read data"));
    steps->setCurrentItem(steps->topLevelItem(1)); // where amount > 15
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
    QVERIFY(named<QTreeWidget>("job-steps")->isVisible());
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

QTEST_MAIN(QueryPlanTest)
#include "query_plan_test.moc"
