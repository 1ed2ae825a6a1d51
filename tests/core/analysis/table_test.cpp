#include "analysis/display_width.h"
#include "analysis/table.h"
#include "base/json.h"
#include "records.h"
#include "suites/suites.h"

#include <QtTest>

using namespace spillway;

class TableTest : public QObject {
    Q_OBJECT
private slots:
    void csvQuotesAndNeutralises_data();
    void csvQuotesAndNeutralises();
    void csvKeepsNumbersAsTheyAre();
    void jsonKeepsTypesAndGaps();
    void textIsAlignedByDisplayWidth();
    void textFitsTheWidthAndNeverCutsNumbers();
    void controlCharactersNeverReachATerminal();
    void widthsOfCharacters_data();
    void widthsOfCharacters();
    void summaryHasARowACell();
    void rowsLeadToTheirCells();
    void runsHaveARowEach();
};

void TableTest::csvQuotesAndNeutralises_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("written");
    QTest::newRow("plain") << QByteArray("dask") << QByteArray("dask");
    QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
    QTest::newRow("quote") << QByteArray("a\"b") << QByteArray("\"a\"\"b\"");
    QTest::newRow("line break") << QByteArray("a\nb") << QByteArray("\"a\nb\"");
    QTest::newRow("formula") << QByteArray("=1+1") << QByteArray("'=1+1");
    QTest::newRow("plus") << QByteArray("+1") << QByteArray("'+1");
    QTest::newRow("minus") << QByteArray("-1") << QByteArray("'-1");
    QTest::newRow("at") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
    QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("'\t=1");
    QTest::newRow("formula with comma") << QByteArray("=A(1,2)") << QByteArray("\"'=A(1,2)\"");
}

void TableTest::csvQuotesAndNeutralises()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, written);
    const Table table{"t", {{"name", "Name"}}, {{text.toStdString()}}};
    QCOMPARE(QByteArray::fromStdString(toCsv(table)), "name\r\n" + written + "\r\n");
}

void TableTest::csvKeepsNumbersAsTheyAre()
{
    const Table table{"t",
                      {{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}},
                      {{0.1, std::int64_t(-5), TableValue(), std::nan("")}}};
    QCOMPARE(toCsv(table), std::string("a,b,c,d\r\n0.1,-5,,\r\n"));
}

void TableTest::jsonKeepsTypesAndGaps()
{
    const Table table{"Runs",
                      {{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}},
                      {{1.5, std::int64_t(2), std::string("=x"), TableValue()}}};
    const auto json = toJson(table);
    QCOMPARE(json["title"].get<std::string>(), std::string("Runs"));
    QCOMPARE(json["rows"][0]["a"].get<double>(), 1.5);
    QVERIFY(json["rows"][0]["b"].is_number_integer());
    QCOMPARE(json["rows"][0]["c"].get<std::string>(), std::string("=x"));
    QVERIFY(json["rows"][0]["d"].is_null());
    QCOMPARE(json["columns"][1]["title"].get<std::string>(), std::string("B"));
}

void TableTest::textIsAlignedByDisplayWidth()
{
    const Table table{
        "t",
        {{"name", "Name"}, {"n", "N", 1}, {"empty", "Empty"}},
        {{std::string("größe"), 1.25, TableValue()}, {std::string("表計"), 100.0, TableValue()}}};
    QCOMPARE(toText(table), std::string("Name       N\n"
                                        "größe    1.2\n"
                                        "表計   100.0\n"));
}

void TableTest::textFitsTheWidthAndNeverCutsNumbers()
{
    const Table table{
        "t", {{"a", "A"}, {"n", "N", 0}}, {{std::string(50, 'x'), std::int64_t(1234567)}}};
    const auto text = toText(table, 30);
    const auto lastLine = text.substr(text.find('\n') + 1);
    QCOMPARE(lastLine, std::string(18, 'x') + "…" + "  1,234,567\n");
    QVERIFY(toText(table, 5).find("1,234,567") != std::string::npos);
}

void TableTest::controlCharactersNeverReachATerminal()
{
    const Table table{"t", {{"a", "A"}}, {{std::string("a\x1b[2Jb\nc")}}};
    QCOMPARE(toText(table), std::string("A\na\uFFFD[2Jb c\n"));
}

void TableTest::widthsOfCharacters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("width");
    QTest::newRow("ascii") << QByteArray("abc") << 3;
    QTest::newRow("subscript") << QByteArray("p₀") << 2;
    QTest::newRow("combining") << QByteArray("e\u0301") << 1;
    QTest::newRow("wide") << QByteArray("表") << 2;
    QTest::newRow("emoji") << QByteArray("🙂") << 2;
    QTest::newRow("broken") << QByteArray("\xff\xc3") << 2;
}

void TableTest::widthsOfCharacters()
{
    QFETCH(QByteArray, text);
    QFETCH(int, width);
    QCOMPARE(displayWidth(text.toStdString()), width);
}

void TableTest::summaryHasARowACell()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 1, {8, 9, 10});
    addRuns(records, "chunked", 2, {4});
    records.push_back(failedRun("chunked", 2, 2, RunStatus::MemoryLimit, "Stopped."));
    const auto json = toJson(summaryTable(compare(records, 1).front()));
    QCOMPARE(json["rows"].size(), 2u);
    QCOMPARE(json["rows"][0]["seconds_median"].get<double>(), 9.0);
    QCOMPARE(json["rows"][0]["interval"].get<std::string>(), std::string("min–max"));
    QCOMPARE(json["rows"][0]["peak_mb_median"].get<double>(), 80.0);
    QCOMPARE(json["rows"][1]["speedup"].get<double>(), 2.25);
    QCOMPARE(json["rows"][1]["statuses"].get<std::string>(), std::string("1 ok, 1 memory-limit"));
    QCOMPARE(json["rows"][1]["error"].get<std::string>(), std::string("Stopped."));
    QVERIFY(!json["rows"][0].contains("accuracy"));
}

void TableTest::rowsLeadToTheirCells()
{
    std::vector<RunRecord> records;
    addRuns(records, "dask", 1, {4, 4});
    addRuns(records, "dask", 2, {2});
    addRuns(records, "ray", 2, {3});
    const auto comparison = compare(records, 4).front();
    const auto rows = toJson(summaryTable(comparison))["rows"];
    QCOMPARE(rows.size(), std::size_t(3));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        QCOMPARE(cellOfRow(comparison, row).engine, rows[row]["engine"].get<std::string>());
        QCOMPARE(cellOfRow(comparison, row).workers, rows[row]["workers"].get<int>());
    }
}

void TableTest::runsHaveARowEach()
{
    std::vector<RunRecord> records;
    addRuns(records, "chunked", 1, {8});
    records.push_back(failedRun("chunked", 2, 2, RunStatus::TimedOut, "Not finished."));
    const auto table = runsTable(records);
    const auto json = toJson(table);
    QCOMPARE(json["rows"].size(), 2u);
    QCOMPARE(table.rows.front().size(), table.columns.size());
    QCOMPARE(json["rows"][0]["seconds"].get<double>(), 8.0);
    QVERIFY(json["rows"][1]["seconds"].is_null());
    QCOMPARE(json["rows"][1]["status"].get<std::string>(), std::string("timed-out"));
}

SPILLWAY_TESTS(TableTest, QCoreApplication)
#include "table_test.moc"
