#include "analysis/short_table.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

class ShortTableTest : public QObject {
    Q_OBJECT
private slots:
    void medianAndIntervalShareAColumn();
    void columnsThatSayNothingAreLeftOut();
    void failedCellNamesItsCause();
    void whatTheUserStoppedIsNotHeldAgainstTheEngine();
    void aNarrowTerminalLosesColumnsAndNoFigure_data();
    void aNarrowTerminalLosesColumnsAndNoFigure();
};

namespace {

std::string cellText(const Table& table, const std::string& column, std::size_t row)
{
    const auto found = std::ranges::find(table.columns, column, &TableColumn::id);
    if (found == table.columns.end()) return "no such column";
    const auto& value = table.rows[row][static_cast<std::size_t>(found - table.columns.begin())];
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : "no text";
}

} // namespace

void ShortTableTest::medianAndIntervalShareAColumn()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {1, 2, 4});
    addRuns(records, "chunked", 4, {3});
    addRuns(records, "chunked", 8, {0.004});
    const Table table = shortTable(compare(records, 4).front());
    QCOMPARE(cellText(table, "seconds", 0), std::string("2.00 (1.00–4.00)"));
    QCOMPARE(cellText(table, "seconds", 1), std::string("3.00"));
    QCOMPARE(cellText(table, "seconds", 2), std::string("0.004"));
    QCOMPARE(cellText(table, "ok", 0), std::string("3/3"));
}

void ShortTableTest::columnsThatSayNothingAreLeftOut()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {1});
    const Table table = shortTable(compare(records, 4).front());
    QVERIFY(std::ranges::find(table.columns, "accuracy", &TableColumn::id) == table.columns.end());
    for (const auto& row : table.rows)
        QCOMPARE(row.size(), table.columns.size());
}

void ShortTableTest::failedCellNamesItsCause()
{
    std::vector<RunRecord> records{
        failedRun("dask", 2, 1, RunStatus::MemoryLimit, "Stopped at 2.1 GB.")};
    addRuns(records, "chunked", 2, {1});
    const Table table = shortTable(compare(records, 4).front());
    const bool daskFirst = cellText(table, "ok", 0) == "0/1";
    QCOMPARE(cellText(table, "remarks", daskFirst ? 0 : 1), std::string("Stopped at 2.1 GB."));
}

void ShortTableTest::whatTheUserStoppedIsNotHeldAgainstTheEngine()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 2, {1, 2});
    records.push_back(failedRun("chunked", 2, 3, RunStatus::Cancelled, "Stopped by the user."));
    records.push_back(failedRun("chunked", 2, 4, RunStatus::TimedOut, "Stopped after 1 s."));
    QCOMPARE(cellText(shortTable(compare(records, 4).front()), "ok", 0), std::string("2/3"));
}

void ShortTableTest::aNarrowTerminalLosesColumnsAndNoFigure_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("complete");
    QTest::newRow("wide") << 140 << true;
    QTest::newRow("80") << 80 << false;
    QTest::newRow("60") << 60 << false;
    QTest::newRow("narrower than the figures") << 20 << false;
}

void ShortTableTest::aNarrowTerminalLosesColumnsAndNoFigure()
{
    QFETCH(int, width);
    QFETCH(bool, complete);
    std::vector<RunRecord> records{
        failedRun("dask", 2, 1, RunStatus::MemoryLimit, "Stopped at 2.1 GB, limit 2.0 GB.")};
    addRuns(records, "chunked", 2, {1234.56, 2345.67, 3456.78});
    const std::string text = toText(shortTable(compare(records, 4).front()), width);
    QVERIFY2(text.find("2345.67 (1234.56–3456.78)") != std::string::npos, text.c_str());
    QCOMPARE(text.find("Columns left out because the terminal is too narrow") == std::string::npos,
             complete);
    QCOMPARE(text.find("limit 2.0 GB.") != std::string::npos, complete);
    for (const auto& line : QString::fromStdString(text).split('\n'))
        if (width >= 60 && !line.startsWith("Columns left out"))
            QVERIFY2(line.size() <= width, qPrintable(line));
}

SPILLWAY_TESTS(ShortTableTest, QCoreApplication)
#include "short_table_test.moc"
