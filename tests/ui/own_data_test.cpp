#include "suites/suites.h"
#include "window_fixture.h"

#include "generator/generator.h"
#include "ui/data/data_page.h"
#include "ui/data/dataset_panel.h"
#include "ui/data/open_panel.h"
#include "ui/data/preview_model.h"
#include "ui/data/question_row.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/toast.h"
#include "work/run_controller.h"
#include "work/workbench.h"
#include "workloads/etl/etl.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include <fstream>

using namespace spillway;

/// The user's own data, in three steps: drop, group by what and average what, Start.
class OwnDataTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void threeStepsFromTheFileToTheRuns();
    void theUsersChoiceIsWhatRuns();
    void theChosenDatasetIsShownWithItsColumns();
    void whatIsNoTableIsRefusedByWhatItIs();
    void raggedRowsAreShownAsSuch();
    void aRemovedDatasetComesBack();

private:
    QString write(const char* name, const std::string& content)
    {
        const auto path = fixture_.path(name);
        std::ofstream(path, std::ios::binary) << content;
        return pathText(path);
    }
    QString taxi();
    OpenPanel& open() { return window_->dataPage().openPanel(); }

    WindowFixture fixture_;
    std::unique_ptr<MainWindow> window_;
};

void OwnDataTest::init()
{
    window_ = std::make_unique<MainWindow>(fixture_.options());
    window_->show();
    QTRY_VERIFY(window_->workbench().registry());
}

void OwnDataTest::cleanup()
{
    window_->runs().stopPlan();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->runs().isRunning(), 20000);
    window_.reset();
}

QString OwnDataTest::taxi()
{
    std::string rows = "id,pickup,zone,fare,passengers\n";
    for (int i = 0; i < 400; ++i)
        rows += std::to_string(i) + ",2025-01-" + std::to_string(10 + i % 19) + ",zone " +
                std::to_string(i % 7) + "," + (i % 50 == 0 ? "" : std::to_string(4.5 + i % 90)) +
                "," + std::to_string(1 + i % 4) + "\n";
    return write("taxi.csv", rows);
}

void OwnDataTest::threeStepsFromTheFileToTheRuns()
{
    window_->dataPage().openFile(taxi()); // as a drop does
    QuestionRow* question = open().question();
    QTRY_VERIFY(question->isVisible());
    QCOMPARE(question->key(), QString("zone"));
    QCOMPARE(question->values(), QStringList{"fare"});
    QVERIFY(question->startButton()->isEnabled());
    QTest::mouseClick(question->startButton(), Qt::LeftButton);
    QTRY_VERIFY(window_->runs().plan());
    const Plan& plan = *window_->runs().plan();
    QCOMPARE(plan.datasets.size(), std::size_t(1));
    QCOMPARE(plan.datasets.front().name, std::string("taxi.csv"));
    QCOMPARE(plan.workloads.size(), std::size_t(1));
    const auto work = EtlWorkload::of(plan.workloads.front());
    QCOMPARE(work.groupBy, std::string("zone"));
    QCOMPARE(work.values, std::vector<std::string>{"fare"});
    QCOMPARE(window_->currentPage(), PageId::Live);
    // While it runs the question waits, and says why.
    QVERIFY(!question->startButton()->isEnabled() || !window_->runs().isRunning());
}

void OwnDataTest::theUsersChoiceIsWhatRuns()
{
    window_->dataPage().openFile(taxi());
    QuestionRow* question = open().question();
    QTRY_VERIFY(question->isVisible());
    auto* key = question->findChild<QComboBox*>("question-key");
    key->setCurrentText("passengers");
    for (auto* action : question->findChild<QMenu*>()->actions())
        action->setChecked(action->text() == "fare" || action->text() == "passengers");
    QCOMPARE(question->values(), QStringList{"fare"}); // not what it is grouped by
    for (auto* action : question->findChild<QMenu*>()->actions())
        action->setChecked(false);
    QVERIFY(!question->startButton()->isEnabled());
    QCOMPARE(question->startButton()->toolTip(), QString("Choose what to average"));
}

void OwnDataTest::theChosenDatasetIsShownWithItsColumns()
{
    window_->dataPage().openFile(taxi());
    auto* add = window_->findChild<QPushButton*>("addDataset");
    QTRY_VERIFY(add->isEnabled());
    QTest::mouseClick(add, Qt::LeftButton);
    auto* table = window_->findChild<QTableView*>("dataset-preview");
    QTRY_VERIFY(table->isVisible());
    QTRY_COMPARE(table->model()->columnCount(), 5);
    QCOMPARE(table->model()->rowCount(), 100);
    const auto facts = [&](int column) {
        return table->model()
            ->headerData(column, Qt::Horizontal, PreviewModel::FactsRole)
            .toStringList();
    };
    QCOMPARE(facts(0), (QStringList{"all different", "0 … 399"}));
    QCOMPARE(facts(2), (QStringList{"7 distinct", "zone 0 … zone 6"}));
    QCOMPARE(facts(3).front(), QString("90 distinct · 2 % missing"));
    QCOMPARE(facts(4), (QStringList{"4 distinct", "1 … 4"}));
    const QAbstractItemModelTester tester(table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void OwnDataTest::whatIsNoTableIsRefusedByWhatItIs()
{
    const std::pair<QString, const char*> files[]{
        {write("picture.csv", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)), "is a PNG image"},
        {write("paper.csv", "%PDF-1.7\n%\xe2\xe3"), "is a PDF document"},
        {write("data.csv", "PK\x03\x04\x14 orders.csv"), "is a ZIP archive"}};
    for (const auto& [file, words] : files) {
        window_->dataPage().openFile(file);
        const auto* notice = open().findChild<NoticeBar*>();
        QTRY_VERIFY2(notice->message().contains(QLatin1String(words)),
                     qPrintable(notice->message()));
        QVERIFY(!window_->findChild<QPushButton*>("addDataset")->isEnabled());
        QVERIFY(!open().question()->isVisible());
    }
}

void OwnDataTest::raggedRowsAreShownAsSuch()
{
    PreviewModel model;
    SchemaGuess guess;
    guess.schema.columns = {{"a", ColumnType::Text}, {"b", ColumnType::Text}};
    guess.preview = {{"1", "2"}, {"3"}, {"4", "5", "6"}};
    model.setGuess(guess);
    const auto shown = [&](int row, int column) {
        return model.index(row, column).data().toString();
    };
    QCOMPARE(model.headerData(0, Qt::Vertical, Qt::DisplayRole).toString(), QString("1"));
    QVERIFY(model.headerData(1, Qt::Vertical, Qt::DisplayRole).toString().startsWith("⚠"));
    QVERIFY(!model.index(0, 0).data(Qt::BackgroundRole).isValid());
    QVERIFY(model.index(1, 0).data(Qt::BackgroundRole).isValid());
    QCOMPARE(shown(1, 1), QString("∅"));
    QVERIFY(shown(2, 1).contains("5") && shown(2, 1).contains("6")); // nothing is hidden
    QCOMPARE(model.index(2, 0).data(Qt::ToolTipRole).toString(), QString("3 fields, 2 expected"));
    // No engine would read such a file: that is said before Start.
    window_->dataPage().openFile(write("ragged.csv", "zone,fare\na,1.5\nb,2.5,9\na,3.5\n"));
    QTRY_VERIFY(open().question()->isVisible());
    QVERIFY(!open().question()->startButton()->isEnabled());
    QVERIFY(open().question()->startButton()->toolTip().contains("malformed"));
}

void OwnDataTest::aRemovedDatasetComesBack()
{
    Workbench& workbench = window_->workbench();
    const auto path = fixture_.path("generated.csv");
    QVERIFY(generate({.rows = 100}, path, {}, {}).has_value());
    window_->dataPage().openFile(pathText(path));
    auto* add = window_->findChild<QPushButton*>("addDataset");
    QTRY_VERIFY(add->isEnabled());
    QTest::mouseClick(add, Qt::LeftButton);
    QTRY_COMPARE(workbench.datasets().size(), std::size_t(1));
    const Dataset before = workbench.datasets().front();
    QVERIFY(workbench.manifestOf(before.fingerprint));
    auto* list = window_->findChild<QListView*>("datasets");
    list->setCurrentIndex(list->model()->index(0, 0));
    list->setFocus();
    QTRY_VERIFY(list->hasFocus());
    QTest::keyClick(list, Qt::Key_Delete);
    QTRY_VERIFY(workbench.datasets().empty());
    // The session is read again, as it is when a plan ends.
    QSignalSpy read(&workbench, &Workbench::plansChanged);
    workbench.reloadPlans();
    QTRY_VERIFY(!read.isEmpty());
    auto* toast = window_->dataPage().findChild<Toast*>();
    QTRY_VERIFY(toast->isVisible());
    QTest::mouseClick(toast->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_COMPARE(workbench.datasets(), std::vector{before});
    QVERIFY(workbench.manifestOf(before.fingerprint)); // what its results are checked with
}

SPILLWAY_TESTS(OwnDataTest, QApplication)
#include "own_data_test.moc"
