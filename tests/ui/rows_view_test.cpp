#include "base/json.h"
#include "suites/suites.h"
#include "ui/parts/rows_view.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QFont>
#include <QtTest>

using namespace spillway;

namespace {

ResultTable tableOf(const char* rows)
{
    auto table = tableFromColumns(*parseJson(
        R"([{"name": "key", "type": "text"}, {"name": "n", "type": "int64"},
            {"name": "x", "type": "float64"}, {"name": "at", "type": "timestamp"}])"));
    for (const Json& row : *parseJson(rows))
        if (!appendRow(*table, row)) qFatal("not a row");
    return std::move(*table);
}

QStringList column(const RowsView& view, int column)
{
    QStringList cells;
    for (int row = 0; row < view.model()->rowCount(); ++row)
        cells << view.model()->index(row, column).data().toString();
    return cells;
}

} // namespace

/// Rows of a result as a table.
class RowsViewTest : public QObject {
    Q_OBJECT
private slots:
    void keepsTheRulesOfModels();
    void nullIsToldFromTheTextNull();
    void numbersStandRightAndTextsLeft();
    void nullsAreSortedLastInBothDirections();
    void copiesWhatIsSelected_data();
    void copiesWhatIsSelected();
    void aMarkedCellStandsOut();
};

void RowsViewTest::keepsTheRulesOfModels()
{
    RowsModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows(tableOf(R"([["a", 1, 0.5, null]])"));
    model.mark({{0, 1}});
    model.setRowTitles({"this run"});
    QCOMPARE(model.headerData(0, Qt::Vertical, Qt::DisplayRole).toString(), QString("this run"));
    model.setRows({});
    QCOMPARE(model.rowCount(), 0);
}

void RowsViewTest::nullIsToldFromTheTextNull()
{
    RowsModel model;
    model.setRows(tableOf(R"([[null, 1, null, null], ["null", 1, 0.5, "2024-02-29T12:30:00"]])"));
    const auto missing = model.index(0, 0);
    const auto word = model.index(1, 0);
    QCOMPARE(missing.data(), word.data());
    QVERIFY(missing.data(Qt::FontRole).value<QFont>().italic());
    QVERIFY(!word.data(Qt::FontRole).isValid());
    QVERIFY(missing.data(Qt::ForegroundRole).isValid() != word.data(Qt::ForegroundRole).isValid());
    QVERIFY(missing.data(Qt::ToolTipRole).toString().contains("missing"));
    QCOMPARE(model.index(0, 2).data().toString(), QString("null"));
    QCOMPARE(model.index(1, 3).data().toString(), QString("2024-02-29 12:30:00"));
}

void RowsViewTest::numbersStandRightAndTextsLeft()
{
    RowsModel model;
    model.setRows(tableOf(R"([["a", 1234567, 0.1, null]])"));
    const auto aligned = [&](int column) {
        return model.index(0, column).data(Qt::TextAlignmentRole).toInt() &
               Qt::AlignHorizontal_Mask;
    };
    QCOMPARE(aligned(0), int(Qt::AlignLeft));
    QCOMPARE(aligned(1), int(Qt::AlignRight));
    QCOMPARE(aligned(2), int(Qt::AlignRight));
    QCOMPARE(model.index(0, 1).data().toString(), QString("1234567")); // it may be a name
    const auto head = model.headerData(2, Qt::Horizontal, Qt::TextAlignmentRole).toInt();
    QCOMPARE(head & Qt::AlignHorizontal_Mask, int(Qt::AlignRight));
    QVERIFY(model.headerData(1, Qt::Horizontal, Qt::ToolTipRole).toString().contains("int64"));
}

void RowsViewTest::nullsAreSortedLastInBothDirections()
{
    RowsView view("Rows");
    view.setRows(
        tableOf(R"([["b", 10, null, null], [null, null, 2.5, null], ["B", 9, -1, null]])"));
    QCOMPARE(column(view, 1), QStringList({"10", "null", "9"})); // as they came
    view.sortByColumn(1, Qt::AscendingOrder);
    QCOMPARE(column(view, 1), QStringList({"9", "10", "null"}));
    view.sortByColumn(1, Qt::DescendingOrder);
    QCOMPARE(column(view, 1), QStringList({"10", "9", "null"}));
    view.sortByColumn(2, Qt::DescendingOrder);
    QCOMPARE(column(view, 2), QStringList({"2.5", "-1", "null"}));
    view.sortByColumn(0, Qt::AscendingOrder);
    QCOMPARE(column(view, 0), QStringList({"B", "b", "null"})); // by bytes
    view.setRows(tableOf(R"([["z", 2, 1, null], ["a", 1, 1, null]])"));
    QCOMPARE(column(view, 0), QStringList({"z", "a"})); // other rows come as they are
}

void RowsViewTest::copiesWhatIsSelected_data()
{
    QTest::addColumn<QList<QPoint>>("cells"); // column, row; none: nothing is selected
    QTest::addColumn<QChar>("separator");
    QTest::addColumn<QString>("copied");
    QTest::newRow("nothing: all") << QList<QPoint>{} << QChar('\t')
                                  << "key\tn\tx\tat\n\"\"\t1\t0.1\t\n\"a,\"\"b\"\"\"\t\t2\t\n";
    QTest::newRow("all as CSV") << QList<QPoint>{} << QChar(',')
                                << "key,n,x,at\n\"\",1,0.1,\n\"a,\"\"b\"\"\",,2,\n";
    QTest::newRow("one cell") << QList<QPoint>{{2, 0}} << QChar('\t') << "0.1";
    QTest::newRow("two cells") << QList<QPoint>{{1, 0}, {2, 1}} << QChar('\t')
                               << "n\tx\n1\t\n\t2\n";
}

void RowsViewTest::copiesWhatIsSelected()
{
    QFETCH(QList<QPoint>, cells);
    QFETCH(QChar, separator);
    QFETCH(QString, copied);
    RowsView view("Rows");
    view.setRows(tableOf(R"([["", 1, 0.1, null], ["a,\"b\"", null, 2, null]])"));
    for (const QPoint& cell : cells)
        view.selectionModel()->select(view.model()->index(cell.y(), cell.x()),
                                      QItemSelectionModel::Select);
    QCOMPARE(view.selectionText(separator), copied);
}

void RowsViewTest::aMarkedCellStandsOut()
{
    RowsModel model;
    model.setRows(tableOf(R"([["a", 1, 0.5, null], ["a", 2, 0.5, null]])"));
    model.mark({{1, 1}});
    QVERIFY(model.index(1, 1).data(Qt::FontRole).value<QFont>().bold());
    QVERIFY(!model.index(0, 1).data(Qt::FontRole).isValid());
}

SPILLWAY_TESTS(RowsViewTest, QApplication)
#include "rows_view_test.moc"
