#include "analysis/short_table.h"
#include "records.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

class ShortTableTest : public QObject {
    Q_OBJECT
private slots:
    void medianAndIntervalShareAColumn();
    void columnsThatSayNothingAreLeftOut();
    void failedCellNamesItsCause();
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
    const Table table = shortTable(compare(records, 4).front());
    QCOMPARE(cellText(table, "seconds", 0), std::string("2.00 (1.00–4.00)"));
    QCOMPARE(cellText(table, "seconds", 1), std::string("3.00"));
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

QTEST_APPLESS_MAIN(ShortTableTest)
#include "short_table_test.moc"
