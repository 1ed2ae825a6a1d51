#include "generator_support.h"
#include "suites/suites.h"

#include "base/json.h"
#include "generator/civil_date.h"
#include "generator/table_rows.h"
#include "generator/tables.h"

#include <cmath>
#include <map>
#include <set>

using namespace spillway;
using namespace spillway::test;
namespace fs = std::filesystem;

class TablesTest : public QObject {
    Q_OBJECT
private slots:
    void sameBytesForEveryNumberOfThreads();
    void anyRowsCanBeMadeAlone();
    void aNewColumnChangesNoOther();
    void sharesAreMet();
    void keysAreFoundAndLookedUp();
    void valuesAreOfTheirTypesAndRanges();
    void repeatedRowsDifferInTheirOwnColumnsOnly();
    void wordsAreQuotedWhereAReaderNeedsIt();
    void shuffledKeysAreEachThereOnce();
    void whatIsWrongIsSaidWithItsPlace_data();
    void whatIsWrongIsSaidWithItsPlace();
    void whatDependsOnTheRowsIsRefusedToo();
    void declarationsThatShipAreSound();
    void allOrNothing();
    void standingTablesAreKnownAgain();

private:
    static constexpr std::int64_t rows_ = 40'000;
};

namespace {

/// Every kind of column there is.
constexpr const char* declaration = R"({
  "suite": "test",
  "tables": [
    {"name": "city", "rows": {"factor": 0.001, "least": 10}, "columns": [
      {"name": "city", "kind": "sequence", "shuffled": true, "from": 101},
      {"name": "place", "kind": "list", "values": ["", "two, three", "say \"four\""]},
      {"name": "founded", "kind": "date", "low": "1900-01-01", "high": "1999-12-31"}
    ]},
    {"name": "person", "rows": {"factor": 0.25, "plus": 1}, "columns": [
      {"name": "person", "kind": "sequence"},
      {"name": "home", "kind": "key", "of": "city.city", "found": 0.9},
      {"name": "since", "kind": "lookup", "of": "city.founded", "by": "home"}
    ]},
    {"name": "visit", "delimiter": ";", "repeats": 0.2, "columns": [
      {"name": "visit", "kind": "sequence", "own": true},
      {"name": "person", "kind": "children", "of": "person.person", "lengths": [7, 1, 6, 2, 5, 3, 4], "own": true},
      {"name": "number", "kind": "position", "of": "person", "own": true},
      {"name": "code", "kind": "integer", "low": 1, "high": {"factor": 0.01, "least": 1}, "text": {"prefix": "id", "digits": 5}, "nulls": 0.05},
      {"name": "again", "kind": "copy", "of": "code"},
      {"name": "parts", "kind": "integer", "low": 1, "high": 50},
      {"name": "each", "hidden": true, "kind": "real", "low": 0, "high": 1, "decimals": 2},
      {"name": "price", "kind": "real", "low": 0.5, "high": 2, "decimals": 2, "times": "parts"},
      {"name": "kind", "kind": "choice", "words": ["cold", "warm"], "weights": [1, 3]},
      {"name": "degrees", "kind": "normal", "by": "kind", "means": [-10, 20], "deviation": 2, "decimals": 1},
      {"name": "day", "kind": "date", "low": "2024-02-01", "high": "2024-03-31"},
      {"name": "later", "kind": "date", "after": "day", "low": 1, "high": 3},
      {"name": "flag", "kind": "choice", "words": ["new"], "until": "day", "day": "2024-02-29", "earlier": ["old", "older"]},
      {"name": "time", "kind": "timestamp", "low": "2024-01-01 00:00:00", "high": "2024-01-01 01:00:00", "own": true}
    ]}
  ]
})";

TableSetSpec specOf(const std::string& json)
{
    return tableSetFromJson(parseJson(json).value()).value();
}

using Fields = std::vector<std::vector<std::string>>;

Fields fieldsOf(const fs::path& path, char delimiter = ',')
{
    Fields rows;
    const std::string text = contentOf(path);
    auto lines = splitAt(text, '\n');
    lines.pop_back();
    for (const auto line : lines) {
        auto& row = rows.emplace_back();
        for (const auto field : splitAt(line, delimiter))
            row.emplace_back(field);
    }
    return rows;
}

std::string textOf(const TablePlan& plan, std::size_t table, std::int64_t first, std::int64_t count)
{
    std::vector<char> buffer(plan.roomFor(table, count));
    const char* end = plan.write(table, first, count, buffer.data());
    return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

double shareOf(const Fields& rows, std::size_t column, const std::string& value)
{
    const auto count = std::ranges::count(rows, value, [&](auto& row) { return row[column]; });
    return static_cast<double>(count) / static_cast<double>(rows.size());
}

/// Within five standard deviations of what a share of random rows would be.
bool isNear(double found, double share, std::size_t rows)
{
    return std::abs(found - share) < 5 * std::sqrt(share * (1 - share) / static_cast<double>(rows));
}

} // namespace

void TablesTest::sameBytesForEveryNumberOfThreads()
{
    const auto spec = specOf(declaration);
    std::map<std::string, std::string> first;
    for (const int threads : {1, 4}) {
        const Folder folder;
        const auto tables =
            generateTables(spec, rows_, folder.path(), {.threads = threads}, {}).value();
        QCOMPARE(folder.names(),
                 (std::vector<std::string>{"city.csv", "person.csv", "tables.json", "visit.csv"}));
        for (const auto& table : tables) {
            QCOMPARE(Bytes(contentOf(table.path).size()), table.bytes);
            const auto known = first.emplace(table.name, contentOf(table.path));
            QVERIFY2(known.first->second == contentOf(table.path), table.name.c_str());
        }
    }
}

void TablesTest::anyRowsCanBeMadeAlone()
{
    const Folder folder;
    const auto spec = specOf(declaration);
    QVERIFY(generateTables(spec, rows_, folder.path(), {}, {}).has_value());
    const auto plan = TablePlan::make(spec, rows_).value();
    const auto three = textOf(*plan, 2, 31'234, 3);
    QVERIFY(rowsOf(folder.path("visit.csv")).find("\n" + three) != std::string::npos);
}

void TablesTest::aNewColumnChangesNoOther()
{
    const auto one = TablePlan::make(specOf(R"({"suite": "s", "tables": [{"name": "t", "columns": [
            {"name": "b", "kind": "integer", "low": 1, "high": 1000000}]}]})"),
                                     100);
    const auto two = TablePlan::make(specOf(R"({"suite": "s", "tables": [{"name": "t", "columns": [
            {"name": "a", "kind": "real"},
            {"name": "b", "kind": "integer", "low": 1, "high": 1000000}]}]})"),
                                     100);
    for (std::int64_t row = 0; row < 100; ++row) {
        const auto b = textOf(**one, 0, row, 1);
        const auto ab = textOf(**two, 0, row, 1);
        QVERIFY2(ab.ends_with("," + b), ab.c_str());
    }
}

void TablesTest::sharesAreMet()
{
    const Folder folder;
    QVERIFY(generateTables(specOf(declaration), rows_, folder.path(), {}, {}).has_value());
    auto visits = fieldsOf(folder.path("visit.csv"), ';');
    visits.erase(visits.begin());
    QCOMPARE(visits.size(), std::size_t(rows_));
    // Repeated rows have the code of another: fewer different ones, so a wider bound.
    QVERIFY(isNear(shareOf(visits, 3, ""), 0.05, visits.size() / 2));
    QVERIFY(isNear(shareOf(visits, 7, "warm"), 0.75, visits.size() / 2));
    for (const auto& row : visits)
        QCOMPARE(row[4], row[3]); // a copy, missing where the other is
    // Of 60 days, 29 are not after the last of February.
    QVERIFY(isNear(1 - shareOf(visits, 11, "new"), 29.0 / 60, visits.size() / 2));
    QVERIFY(isNear(shareOf(visits, 11, "old"), 29.0 / 120, visits.size() / 2));
}

void TablesTest::keysAreFoundAndLookedUp()
{
    const Folder folder;
    QVERIFY(generateTables(specOf(declaration), rows_, folder.path(), {}, {}).has_value());
    std::map<std::string, std::string> founded;
    for (const auto& line : fieldsOf(folder.path("city.csv")))
        founded[line.front()] = line.back();
    auto persons = fieldsOf(folder.path("person.csv"));
    persons.erase(persons.begin());
    std::size_t found = 0;
    std::set<std::string> homes;
    for (const auto& row : persons) {
        const auto city = founded.find(row[1]);
        QCOMPARE(row[2], city == founded.end() ? std::string() : city->second);
        found += city == founded.end() ? 0 : 1;
        homes.insert(row[1]);
    }
    QVERIFY(isNear(static_cast<double>(found) / static_cast<double>(persons.size()), 0.9,
                   persons.size()));
    QCOMPARE(homes.size(), std::size_t(44)); // each of the 40, and four that are not there
    // Children: each person's visits one after the other, numbered, 4 on average.
    const auto visits = fieldsOf(folder.path("visit.csv"), ';');
    const std::vector<std::string> numbers{"1", "2", "3", "4", "5", "6", "7", "1", "1", "2"};
    for (std::size_t i = 0; i < numbers.size(); ++i)
        QCOMPARE(visits[i + 1][2], numbers[i]);
    QCOMPARE(visits[7][1], std::string("1"));
    QCOMPARE(visits[8][1], std::string("2"));
    QCOMPARE(visits[28][1], std::string("7"));
    QCOMPARE(visits[29][1], std::string("8"));
}

void TablesTest::valuesAreOfTheirTypesAndRanges()
{
    const Folder folder;
    const auto spec = specOf(declaration);
    QVERIFY(generateTables(spec, rows_, folder.path(), {}, {}).has_value());
    auto visits = fieldsOf(folder.path("visit.csv"), ';');
    QCOMPARE(visits.front().size(), std::size_t(13)); // one is hidden
    QCOMPARE(TablePlan::make(spec, rows_).value()->types(2).size(), std::size_t(13));
    visits.erase(visits.begin());
    std::string before;
    double cold = 0;
    std::size_t colds = 0;
    for (const auto& row : visits) {
        if (!row[3].empty())
            QVERIFY(row[3].size() == 7 && row[3] >= "id00001" && row[3] <= "id00400");
        const int parts = std::stoi(row[5]);
        const double price = std::stod(row[6]);
        QVERIFY(parts >= 1 && parts <= 50);
        QVERIFY(price >= 0.5 * parts - 1e-9 && price <= 2 * parts + 1e-9);
        QCOMPARE(row[6].size() - row[6].find('.'), std::size_t(3));
        if (row[7] == "cold") {
            cold += std::stod(row[8]);
            ++colds;
        }
        const auto day = daysOfText(row[9]);
        const auto later = daysOfText(row[10]);
        QVERIFY(day && later && *later > *day && *later <= *day + 3);
        QVERIFY(row[9] >= "2024-02-01" && row[9] <= "2024-03-31");
        QVERIFY(microsecondsOfText(row[12].substr(0, 19)) && row[12].size() == 26);
        QVERIFY(row[12] >= before && row[12] < "2024-01-01 01:00:00");
        before = row[12];
    }
    QVERIFY(std::abs(cold / static_cast<double>(colds) + 10) < 0.2);
}

void TablesTest::repeatedRowsDifferInTheirOwnColumnsOnly()
{
    const Folder folder;
    QVERIFY(generateTables(specOf(declaration), rows_, folder.path(), {}, {}).has_value());
    std::set<std::string> different;
    auto visits = fieldsOf(folder.path("visit.csv"), ';');
    for (const auto& row : visits)
        different.insert(row[3] + row[5] + row[6] + row[7] + row[8] + row[9] + row[10] + row[11]);
    // Of n random rows that a fifth repeats, about 4/5 n are left and some rows were drawn anyway.
    const double share = static_cast<double>(different.size()) / static_cast<double>(visits.size());
    QVERIFY2(share > 0.75 && share < 0.85, qPrintable(QString::number(share)));
    std::set<std::string> visitsOnce;
    for (const auto& row : visits)
        visitsOnce.insert(row[0]);
    QCOMPARE(visitsOnce.size(), visits.size());
}

void TablesTest::wordsAreQuotedWhereAReaderNeedsIt()
{
    const Folder folder;
    QVERIFY(generateTables(specOf(declaration), 1000, folder.path(), {}, {}).has_value());
    const std::string text = contentOf(folder.path("city.csv"));
    QVERIFY(text.find(",\"\",") != std::string::npos);
    QVERIFY(text.find(",\"two, three\",") != std::string::npos);
    QVERIFY(text.find(",\"say \"\"four\"\"\",") != std::string::npos);
}

void TablesTest::shuffledKeysAreEachThereOnce()
{
    for (const std::int64_t rows : {1, 2, 3, 4, 5, 1000, 4097}) {
        const auto plan =
            TablePlan::make(specOf(R"({"suite": "s", "tables": [{"name": "t", "columns": [
                {"name": "k", "kind": "sequence", "shuffled": true}]}]})"),
                            rows)
                .value();
        const auto text = textOf(*plan, 0, 0, rows);
        std::set<std::int64_t> keys;
        auto lines = splitAt(text, '\n');
        lines.pop_back();
        for (const auto line : lines)
            keys.insert(std::stoll(std::string(line)));
        QCOMPARE(std::int64_t(keys.size()), rows);
        QCOMPARE(*keys.begin(), std::int64_t(1));
        QCOMPARE(*keys.rbegin(), rows);
        if (rows >= 1000) QVERIFY(!text.starts_with("1\n2\n3\n"));
    }
}

void TablesTest::whatIsWrongIsSaidWithItsPlace_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* column, const char* says) {
        QTest::newRow(name) << QString(column) << QString(says);
    };
    row("unknown kind", R"("kind": "uniform")", "there is no kind \"uniform\"");
    row("no kind", R"("nulls": 0.1)", "kind");
    row("unknown field", R"("kind": "integer", "high": 3, "low": 1, "max": 3)",
        "there is no field \"max\"");
    row("mistyped field", R"("kind": "sequence", "shuffled": 1)", "shuffled");
    row("share", R"("kind": "integer", "high": 3, "nulls": 1.5)", "\"nulls\" is 1.5");
    row("no range", R"("kind": "integer", "low": 3, "high": 2)", "from 3 to 2 there is no number");
    row("date", R"("kind": "date", "low": "2023-02-29", "high": "2024-01-01")", "2023-02-29");
    row("time", R"("kind": "timestamp", "low": "2024-01-01", "high": "2024-01-02 00:00:00")",
        "2024-02-29 23:59:59");
    row("weights", R"("kind": "choice", "words": ["a", "b"], "weights": [1])", "weights");
    row("weight", R"("kind": "choice", "words": ["a", "b"], "weights": [1, -1])", "weight");
    row("no column", R"("kind": "copy", "of": "none")", "there is no column \"none\" before it");
    row("itself", R"("kind": "copy", "of": "c")", "there is no column \"c\" before it");
    row("no table", R"("kind": "key", "of": "none.k")", "there is no table \"none\" before it");
    row("no dot", R"("kind": "key", "of": "first")", "table.column");
    row("no column there", R"("kind": "key", "of": "first.none")",
        "no column \"none\" in \"first\"");
    row("missing keys", R"("kind": "key", "of": "first.thin")", "missing values");
    row("keys to be beyond", R"("kind": "key", "of": "first.name", "found": 0.5)", "no sequence");
    row("no key", R"("kind": "lookup", "of": "first.name", "by": "d")", "no key of \"first\"");
    row("no dates", R"("kind": "date", "after": "d", "low": 1, "high": 2)", "does not hold dates");
    row("text of text", R"("kind": "copy", "of": "w", "text": {"prefix": "x"})", "whole numbers");
    row("means", R"("kind": "normal", "by": "w", "means": [1, 2, 3])", "as many words");
    row("lengths", R"("kind": "children", "of": "first.k", "lengths": [0])", "lengths");
}

void TablesTest::whatIsWrongIsSaidWithItsPlace()
{
    QFETCH(QString, column);
    QFETCH(QString, says);
    const auto json = QString(R"({"suite": "s", "tables": [
        {"name": "first", "rows": 10, "columns": [
          {"name": "k", "kind": "sequence"}, {"name": "name", "kind": "list", "values": ["a"]},
          {"name": "thin", "kind": "integer", "high": 9, "nulls": 0.1}]},
        {"name": "second", "rows": 10, "columns": [
          {"name": "d", "kind": "integer", "high": 9},
          {"name": "w", "kind": "choice", "words": ["a", "b"]},
          {"name": "c", %1}]}]})")
                          .arg(column)
                          .toStdString();
    const auto spec = tableSetFromJson(parseJson(json).value());
    const auto plan =
        spec ? TablePlan::make(*spec, 100) : Result<std::shared_ptr<const TablePlan>>(spec.error());
    QVERIFY(plan.has_error());
    QCOMPARE(plan.error().code, ErrorCode::InvalidArgument);
    const auto message = QString::fromStdString(plan.error().message);
    QVERIFY2(message.startsWith("table \"second\", column \"c\""), qPrintable(message));
    QVERIFY2(message.contains(says), qPrintable(message));
}

void TablesTest::whatDependsOnTheRowsIsRefusedToo()
{
    const auto spec = specOf(R"({"suite": "s", "tables": [
        {"name": "p", "rows": {"factor": 0.25}, "columns": [{"name": "k", "kind": "sequence"}]},
        {"name": "c", "columns": [{"name": "k", "kind": "children", "of": "p.k", "lengths": [3]}]}
        ]})");
    const auto few = TablePlan::make(spec, 1000);
    QVERIFY(few.has_error());
    QVERIFY2(few.error().message.find("250 rows, 334 are needed") != std::string::npos,
             few.error().message.c_str());
    for (const std::int64_t rows : {std::int64_t(0), std::int64_t(-1), std::int64_t(1) << 62})
        QCOMPARE(TablePlan::make(spec, rows).error().code, ErrorCode::InvalidArgument);
}

/// At every number of rows: none of them has more keys than rows, for instance.
void TablesTest::declarationsThatShipAreSound()
{
    int seen = 0;
    const fs::path jobs = fs::path(SPILLWAY_SOURCE_DIR) / "core/workloads/query/jobs";
    for (const auto& suite : fs::directory_iterator(jobs)) {
        const auto json = parseJson(contentOf(suite.path() / "tables.json")).value();
        const auto spec = tableSetFromJson(json);
        QVERIFY2(spec.has_value(), spec ? "" : spec.error().message.c_str());
        QCOMPARE(spec->suite, suite.path().filename().string());
        for (const std::int64_t rows : {1, 2, 3, 7, 9'999, 10'005, 1'000'000, 1'000'000'000}) {
            const auto plan = TablePlan::make(*spec, rows);
            QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
            for (std::size_t table = 0; table < (*plan)->tables(); ++table)
                QVERIFY(!textOf(**plan, table, (*plan)->rows(table) - 1, 1).empty());
        }
        ++seen;
    }
    QVERIFY(seen >= 5);
}

void TablesTest::allOrNothing()
{
    const Folder folder;
    const auto spec = specOf(declaration);
    std::stop_source stop;
    GenerateOptions options{.threads = 2};
    options.progress = [&](const GenerateProgress& progress) {
        if (progress.rows > 0) stop.request_stop();
    };
    const auto cancelled =
        generateTables(spec, 20'000'000, folder.path(), options, stop.get_token());
    QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    QVERIFY(folder.names().empty());
    QVERIFY(generateTables(spec, 100, folder.path(), {}, {}).has_value());
    const auto old = contentOf(folder.path("visit.csv"));
    QCOMPARE(generateTables(spec, 200, folder.path(), {}, {}).error().code,
             ErrorCode::AlreadyExists);
    options.force = true;
    std::stop_source again;
    stop = again;
    QCOMPARE(
        generateTables(spec, 20'000'000, folder.path(), options, stop.get_token()).error().code,
        ErrorCode::Cancelled);
    QCOMPARE(contentOf(folder.path("visit.csv")), old);
    QVERIFY(generateTables(spec, 200, folder.path(), {.force = true}, {}).has_value());
    QVERIFY(contentOf(folder.path("visit.csv")) != old);
    QCOMPARE(folder.names().size(), std::size_t(4));
}

void TablesTest::standingTablesAreKnownAgain()
{
    const Folder folder;
    const auto spec = specOf(declaration);
    QVERIFY(tablesThere(spec, 100, folder.path()).empty());
    const auto made = generateTables(spec, 100, folder.path(), {}, {}).value();
    QCOMPARE(tablesThere(spec, 100, folder.path()), made);
    QVERIFY(tablesThere(spec, 101, folder.path()).empty());
    auto other = parseJson(declaration).value();
    other["seed"] = 2;
    QVERIFY(tablesThere(tableSetFromJson(other).value(), 100, folder.path()).empty());
    QVERIFY(writeFileAtomically(folder.path("city.csv"), contentOf(folder.path("city.csv")) + "1\n")
                .has_value());
    QVERIFY(tablesThere(spec, 100, folder.path()).empty());
}

SPILLWAY_TESTS(TablesTest, QCoreApplication)
#include "tables_test.moc"
