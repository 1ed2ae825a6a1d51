#include "base/json.h"
#include "suites/suites.h"
#include "workloads/query/query_check.h"

#include <QtTest>

using namespace spillway;

/// Which answers count as the oracle's.
class QueryCheckTest : public QObject {
    Q_OBJECT
private slots:
    void rowsAreComparedAsAMultiset_data();
    void rowsAreComparedAsAMultiset();
    void sortedRowsAreComparedInOrder_data();
    void sortedRowsAreComparedInOrder();
    void withoutAnOracleNothingIsChecked();
    void columnsMayStandInAnyOrder();
    void manyAlmostEqualRowsAreMatched();
    void oneWrongCellAmongManyRowsIsFound();
    void rowsThatDifferStandBesideTheExpectedOnes_data();
    void rowsThatDifferStandBesideTheExpectedOnes();
};

namespace {

constexpr auto plainColumns = R"([{"name": "k", "type": "text"}, {"name": "n", "type": "int64"},
                                  {"name": "x", "type": "float64"}])";

RunResult resultOf(const char* columns, const char* rows, const char* detail = "")
{
    RunResult result{.kind = "query"};
    auto table = tableFromColumns(*parseJson(columns));
    for (const Json& row : *parseJson(rows))
        if (!appendRow(*table, row)) qFatal("not a row");
    result.table = std::move(*table);
    result.tableRows = static_cast<std::int64_t>(result.table.rows());
    result.detail = detail;
    return result;
}

/// Empty when the answer is right.
QString wrongIn(const RunResult& found, const RunResult& expected)
{
    const Workload workload{.kind = "query"};
    const auto checked = queryChecker().check({.workload = workload,
                                               .result = found,
                                               .table = found.table,
                                               .reference = Reference{"DuckDB", expected},
                                               .manifest = {},
                                               .native = {}});
    return checked.wrong ? QString::fromStdString(checked.wrong->message) : QString();
}

} // namespace

void QueryCheckTest::rowsAreComparedAsAMultiset_data()
{
    QTest::addColumn<QString>("found");
    QTest::addColumn<QString>("words"); // empty: it is right
    const auto row = [](const char* name, const char* found, const char* words) {
        QTest::newRow(name) << found << words;
    };
    // Expected: [["a", 1, 0.5], ["b", 2, 1e9], [null, null, null], ["a", 1, 0.5]]
    row("another order", R"([[null,null,null],["a",1,0.5],["a",1,0.5],["b",2,1e9]])", "");
    row("rounding within a billionth of the column",
        R"([["a",1,1.4],["b",2,1000000000.9],[null,null,null],["a",1,0.5]])", "");
    row("beyond it", R"([["a",1,2.5],["b",2,1e9],[null,null,null],["a",1,0.5]])",
        "the row k \"a\", n 1, x 2.5; DuckDB has k \"a\", n 1, x 0.5");
    row("another key", R"([["c",1,0.5],["b",2,1e9],[null,null,null],["a",1,0.5]])", "rows k \"a\"");
    row("a null that is none", R"([["a",1,0.5],["b",2,1e9],["",0,0],["a",1,0.5]])", "x null");
    row("a duplicate less", R"([["a",1,0.5],["b",2,1e9],[null,null,null]])",
        "there are 3 rows; DuckDB has 4");
    row("another duplicate", R"([["a",1,0.5],["b",2,1e9],[null,null,null],["b",2,1e9]])",
        "there are 1 rows k \"a\", n 1, x 0.5 and 2");
    row("no row", "[]", "there are 0 rows");
}

void QueryCheckTest::rowsAreComparedAsAMultiset()
{
    QFETCH(QString, found);
    QFETCH(QString, words);
    const auto expected =
        resultOf(plainColumns, R"([["a",1,0.5],["b",2,1e9],[null,null,null],["a",1,0.5]])");
    const auto wrong = wrongIn(resultOf(plainColumns, qPrintable(found)), expected);
    QCOMPARE(wrong.isEmpty(), words.isEmpty());
    QVERIFY2(wrong.contains(words), qPrintable(wrong));
}

void QueryCheckTest::sortedRowsAreComparedInOrder_data()
{
    QTest::addColumn<QString>("found");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("words");
    const QString sorted = QStringLiteral(R"({"sorted_by": ["n"]})");
    const QString cut = QStringLiteral(R"({"sorted_by": ["n"], "limited": true})");
    // Expected: [["a",1,1],["b",2,1],["c",2,1]]
    QTest::newRow("as it is") << R"([["a",1,1],["b",2,1],["c",2,1]])" << sorted << "";
    QTest::newRow("a tie the other way") << R"([["a",1,1],["c",2,1],["b",2,1]])" << sorted << "";
    QTest::newRow("not sorted") << R"([["b",2,1],["a",1,1],["c",2,1]])" << sorted
                                << "row 1 is k \"b\"";
    QTest::newRow("nothing is sorted") << R"([["b",2,1],["a",1,1],["c",2,1]])"
                                       << ""
                                       << "";
    QTest::newRow("other rows of the tie that a limit cuts")
        << R"([["a",1,1],["d",2,7],["e",2,1]])" << cut << "";
    QTest::newRow("another row of the tie that an offset cuts")
        << R"([["z",1,5],["b",2,1],["c",2,1]])"
        << R"({"sorted_by": ["n"], "limited": true, "offset": true})"
        << "";
    QTest::newRow("other rows without a limit")
        << R"([["a",1,1],["d",2,7],["e",2,1]])" << sorted << "is missing";
    QTest::newRow("another row before the tie")
        << R"([["z",1,1],["b",2,1],["c",2,1]])" << cut << "is missing";
    QTest::newRow("sorted by a column that was dropped") << R"([["b",2,1],["a",1,1],["c",2,1]])"
                                                         << R"({"sorted_by": ["gone"]})"
                                                         << "";
}

void QueryCheckTest::sortedRowsAreComparedInOrder()
{
    QFETCH(QString, found);
    QFETCH(QString, detail);
    QFETCH(QString, words);
    const auto expected =
        resultOf(plainColumns, R"([["a",1,1],["b",2,1],["c",2,1]])", qPrintable(detail));
    const auto wrong = wrongIn(resultOf(plainColumns, qPrintable(found)), expected);
    QCOMPARE(wrong.isEmpty(), words.isEmpty());
    QVERIFY2(wrong.contains(words), qPrintable(wrong));
}

void QueryCheckTest::withoutAnOracleNothingIsChecked()
{
    const auto result = resultOf(plainColumns, "[]");
    const Workload workload{.kind = "query"};
    const auto checked = queryChecker().check({.workload = workload,
                                               .result = result,
                                               .table = result.table,
                                               .reference = {},
                                               .manifest = {},
                                               .native = {}});
    QVERIFY(!checked.wrong);
    QCOMPARE(checked.flags, std::vector<std::string>{"unchecked"});
}

void QueryCheckTest::columnsMayStandInAnyOrder()
{
    const auto expected = resultOf(plainColumns, R"([["a",1,0.5]])");
    QCOMPARE(wrongIn(resultOf(R"([{"name": "x", "type": "float64"}, {"name": "k", "type": "text"},
                                  {"name": "n", "type": "int64"}])",
                              R"([[0.5,"a",1]])"),
                     expected),
             QString());
    QVERIFY(wrongIn(resultOf(R"([{"name": "k", "type": "text"}])", R"([["a"]])"), expected)
                .contains("no column n"));
    QVERIFY(wrongIn(resultOf(R"([{"name": "k", "type": "text"}, {"name": "n", "type": "float64"},
                                 {"name": "x", "type": "float64"}])",
                             R"([["a",1,0.5]])"),
                    expected)
                .contains("the column n is float64; DuckDB has int64"));
}

void QueryCheckTest::manyAlmostEqualRowsAreMatched()
{
    // Sorting by the first number pairs rows whose second numbers differ.
    constexpr auto columns =
        R"([{"name": "x", "type": "float64"}, {"name": "y", "type": "float64"}])";
    QCOMPARE(wrongIn(resultOf(columns, "[[1.0000000000001, 1], [1, 2]]"),
                     resultOf(columns, "[[1, 1], [1.0000000000001, 2]]")),
             QString());
}

void QueryCheckTest::oneWrongCellAmongManyRowsIsFound()
{
    constexpr int count = 20'000;
    // Each key stands in some rows, and some rows have none.
    const auto cells = [](int i) {
        const Json key = i % 7 == 0 ? Json() : Json("k" + std::to_string(i % 5000));
        return Json::array({key, i % 3, i / 8.0});
    };
    RunResult expected = resultOf(plainColumns, "[]");
    RunResult found = expected;
    for (int i = 0; i < count; ++i) {
        QVERIFY(appendRow(expected.table, cells(i)));
        // In another order: 7919 and the count have no common divisor.
        QVERIFY(appendRow(found.table, cells(static_cast<int>(std::int64_t(i) * 7919 % count))));
    }
    QCOMPARE(wrongIn(found, expected), QString());
    std::get<std::vector<std::int64_t>>(found.table.columns[1].values)[count / 2] = 77;
    const QString wrong = wrongIn(found, expected);
    QVERIFY2(wrong.contains(QStringLiteral("n 77")) || wrong.contains(QStringLiteral("is missing")),
             qPrintable(wrong));
    const auto differences = queryChecker().differences(found.table, expected.table, expected, 10);
    QCOMPARE(differences.size(), std::size_t(1));
    QCOMPARE(differences[0].found, std::optional<std::size_t>(count / 2));
    QCOMPARE(differences[0].expected,
             std::optional<std::size_t>(std::int64_t(count / 2) * 7919 % count));
}

void QueryCheckTest::rowsThatDifferStandBesideTheExpectedOnes_data()
{
    QTest::addColumn<QString>("found");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("pairs");
    const QString sorted = QStringLiteral(R"({"sorted_by": ["n"]})");
    const QString cut = QStringLiteral(R"({"sorted_by": ["n"], "limited": true})");
    // Expected: [["a",1,1],["b",2,1],["c",2,1]]
    QTest::newRow("right") << R"([["c",2,1],["a",1,1],["b",2,1]])"
                           << ""
                           << "";
    QTest::newRow("a number") << R"([["a",1,1],["b",2,5],["c",2,1]])"
                              << ""
                              << "1:1";
    QTest::newRow("keys, each beside the row most like it") << R"([["z",2,1],["a",1,1],["y",1,7]])"
                                                            << ""
                                                            << "0:1 2:- -:2";
    QTest::newRow("a row less") << R"([["a",1,1],["c",2,1]])"
                                << ""
                                << "-:1";
    QTest::newRow("a row more") << R"([["a",1,1],["q",8,9],["b",2,1],["c",2,1]])"
                                << ""
                                << "1:-";
    QTest::newRow("out of order") << R"([["b",2,1],["a",1,1],["c",2,1]])" << sorted << "0:0 1:1";
    QTest::newRow("other rows of the tie that a limit cuts")
        << R"([["a",1,4],["d",2,7],["e",2,1]])" << cut << "0:0";
}

void QueryCheckTest::rowsThatDifferStandBesideTheExpectedOnes()
{
    QFETCH(QString, found);
    QFETCH(QString, detail);
    QFETCH(QString, pairs);
    const auto expected =
        resultOf(plainColumns, R"([["a",1,1],["b",2,1],["c",2,1]])", qPrintable(detail));
    const auto answer = resultOf(plainColumns, qPrintable(found));
    const auto place = [](const std::optional<std::size_t>& row) {
        return row ? QString::number(*row) : QStringLiteral("-");
    };
    QStringList words;
    for (const auto& difference :
         queryChecker().differences(answer.table, expected.table, expected, 10))
        words << place(difference.found) + ':' + place(difference.expected);
    QCOMPARE(words.join(' '), pairs);
    const auto first = queryChecker().differences(answer.table, expected.table, expected, 1);
    QCOMPARE(first.size(), std::min<std::size_t>(1, static_cast<std::size_t>(words.size())));
}

SPILLWAY_TESTS(QueryCheckTest, QCoreApplication)
#include "query_check_test.moc"
