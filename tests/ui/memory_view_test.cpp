#include "compare_fixture.h"
#include "suites/suites.h"
#include "ui/compare/memory_model.h"
#include "ui/compare/memory_view.h"
#include "ui/compare/run_drawer.h"
#include "ui/parts/cut_label.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QSlider>
#include <QTableView>
#include <QtTest>

using namespace spillway;

/// The view over memory limits: how small can one go.
class MemoryViewTest : public QObject, private CompareFixture {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { dropPage(); }
    void aColumnForEachLimitAndWhoSurvivesItOnTop();
    void theSliderChoosesTheLimitForThePage();
    void theWheelMovesItOnlyWithTheFocus();
    void aCellLeadsToItsRuns();
    void oneLimitIsSaidToBeOne();
    void theChartIsHighEnough();

private:
    static RunRecord within(const char* engine, Bytes limit, std::optional<double> seconds,
                            Bytes spilled = 0);
    QString shown(int row, int column) const
    {
        return view()->table()->model()->index(row, column).data().toString();
    }
    MemoryView* view() const { return page_->findChild<MemoryView*>(); }
    QString said() const { return named<CutLabel>("Who survives")->words(); }
};

RunRecord MemoryViewTest::within(const char* engine, Bytes limit, std::optional<double> seconds,
                                 Bytes spilled)
{
    auto cell = cellOf(engine, "default", 2);
    cell.memoryLimit = limit;
    auto record = recordOf(plannedRun(cell, 1), 0, seconds ? RunStatus::Ok : RunStatus::MemoryLimit,
                           seconds.value_or(1));
    record.spilledBytes = spilled;
    record.peakBytes = limit / 2;
    return record;
}

void MemoryViewTest::init()
{
    makePage();
    workbench_->openSession(sessionWith(
        {within("polars", 1'000'000'000, 1), within("duckdb", 1'000'000'000, 2),
         within("dask", 1'000'000'000, 5), within("polars", 500'000'000, 1.5),
         within("duckdb", 500'000'000, 3, 120'000'000), within("dask", 500'000'000, std::nullopt),
         within("polars", 250'000'000, std::nullopt),
         within("duckdb", 250'000'000, 8, 400'000'000)}));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(3));
    QTRY_VERIFY(workbench_->registry());
    chooseTab("Memory");
    QVERIFY(view()->isVisible());
}

void MemoryViewTest::aColumnForEachLimitAndWhoSurvivesItOnTop()
{
    const auto* model = view()->table()->model();
    QCOMPARE(model->columnCount(), 4);
    QStringList heads;
    for (int column = 1; column < 4; ++column)
        heads << model->headerData(column, Qt::Horizontal).toString();
    QCOMPARE(heads, (QStringList{"1 GB", "500 MB", "250 MB"}));
    QCOMPARE(shown(0, 0), QString("DuckDB"));
    QCOMPARE(shown(1, 0), QString("Polars"));
    QVERIFY2(shown(0, 3).contains("8.0 s") && shown(0, 3).contains("400 MB spilled"),
             qPrintable(shown(0, 3)));
    QCOMPARE(shown(1, 3), QString("memory limit"));
    QCOMPARE(shown(2, 3), QString("not run"));
    const QAbstractItemModelTester tester(const_cast<QAbstractItemModel*>(model),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
}

void MemoryViewTest::theSliderChoosesTheLimitForThePage()
{
    auto* slider = view()->slider();
    const auto* choice = named<QComboBox>("Data and settings");
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(said(), QString("3 of 3 engines survive 1 GB"));
    QVERIFY(choice->currentText().endsWith("limit 1.00 GB"));
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(said(), QString("2 of 3 engines survive 500 MB"));
    QVERIFY(choice->currentText().endsWith("limit 500 MB"));
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(said(), QString("1 of 2 engines survive 250 MB"));
    QCOMPARE(named<CutLabel>("Verdict")->words(), QString("DuckDB, 2 workers"));
    // And the other way round.
    auto* box = named<QComboBox>("Data and settings");
    box->setCurrentIndex(0);
    emit box->activated(0);
    QCOMPARE(slider->value(), 0);
}

void MemoryViewTest::theWheelMovesItOnlyWithTheFocus()
{
    auto* slider = view()->slider();
    slider->setValue(1);
    const auto turn = [&] {
        QWheelEvent event({5, 5}, slider->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(slider, &event);
    };
    view()->table()->setFocus();
    turn();
    QCOMPARE(slider->value(), 1);
    slider->setFocus();
    QTRY_VERIFY(slider->hasFocus());
    turn();
    QVERIFY(slider->value() != 1);
}

void MemoryViewTest::aCellLeadsToItsRuns()
{
    auto* table = view()->table();
    table->setCurrentIndex(table->model()->index(1, 3));
    QTest::keyClick(table, Qt::Key_Return);
    auto* drawer = page_->findChild<RunDrawer*>();
    QVERIFY(drawer->isVisible());
    QCOMPARE(drawer->ownCell()->engine, std::string("polars"));
    QCOMPARE(drawer->ownCell()->memoryLimit, std::optional<Bytes>(250'000'000));
    QTest::keyClick(table, Qt::Key_Up);
    QCOMPARE(drawer->ownCell()->engine, std::string("duckdb"));
    QTest::keyClick(table, Qt::Key_Left);
    QCOMPARE(drawer->ownCell()->memoryLimit, std::optional<Bytes>(500'000'000));
}

void MemoryViewTest::oneLimitIsSaidToBeOne()
{
    workbench_->openSession(sessionWith({within("polars", 1'000'000'000, 1)}));
    QTRY_COMPARE(page_->comparisons().size(), std::size_t(1));
    chooseTab("Memory");
    QVERIFY(!view()->slider()->isVisibleTo(view()));
    QVERIFY2(said().contains("Squeeze"), qPrintable(said()));
}

void MemoryViewTest::theChartIsHighEnough()
{
    QCOMPARE(page_->charts().size(), 1);
    QCOMPARE(page_->charts().front()->kind(), ChartKind::TradeOff);
    QTRY_VERIFY2(page_->charts().front()->height() >= 260,
                 qPrintable(QString::number(page_->charts().front()->height())));
}

SPILLWAY_TESTS(MemoryViewTest, QApplication)
#include "memory_view_test.moc"
