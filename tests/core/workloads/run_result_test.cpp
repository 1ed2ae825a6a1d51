#include "base/json.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"
#include "workloads/field_checks.h"
#include "workloads/logreg/logreg_result.h"
#include "workloads/result_form.h"

#include <QtTest>

#include <cmath>
#include <functional>

using namespace spillway;

class RunResultTest : public QObject {
    Q_OBJECT
private slots:
    void generalFormSurvivesTheRoundTrip();
    void rowsThatTravelApartAreCountedByTheHost();
    void factsMayComeAsAnObject();
    void whatIsNoResultIsRefused_data();
    void whatIsNoResultIsRefused();
    void whatAKindCannotHaveIsRefused_data();
    void whatAKindCannotHaveIsRefused();
    void rowsOfATableSurvive();
    void everyTypeMayMissValues();
    void aHashTellsBitsApart();
    void aGroupBySurvivesAsResultAndBack();
    void aRegressionSurvivesAsResultAndBack();
};

namespace {

const LogregWorkload regression{.label = "k", .features = {"x"}};

ResultTable table()
{
    return {.columns = {{"key", std::vector<std::string>{"A", "\u00e4", ""}},
                        {"count", std::vector<std::int64_t>{1, -2, std::int64_t(1) << 62}},
                        {"mean", std::vector<double>{0.1, 1e300, -0.0}}}};
}

RunResult result()
{
    const auto rows = table();
    return {.kind = "logreg",
            .rows = 7,
            .measures = {{"accuracy", 0.75}},
            .facts = {{"Second", "b"}, {"First", "a"}},
            .notes = {"one row left out"},
            .series = {{"loss", {{0, 1.5}, {1, 0.25}}}},
            .checks = {{"sum", true, "6", "6", 1e-9}, {"order", false, "a", "b", {}}},
            .files = {{"part-0.parquet", 3, 1000}},
            .table = rows,
            .tableRows = 3,
            .tableHash = rowsHash(rows),
            .detail = R"({"more":[1,2]})"};
}

RunResult throughText(const RunResult& written)
{
    auto read = generalForm().read(*parseJson(toLine(generalForm().write(written))));
    if (!read) qFatal("%s", read.error().message.c_str());
    read->kind = written.kind;
    return *read;
}

} // namespace

void RunResultTest::generalFormSurvivesTheRoundTrip()
{
    QVERIFY(throughText(result()) == result());
    const RunResult bare{.kind = "logreg", .rows = 1};
    QVERIFY(throughText(bare) == bare);
}

void RunResultTest::rowsThatTravelApartAreCountedByTheHost()
{
    auto apart = result();
    apart.table = apart.table.withoutRows();
    QVERIFY(apart.rowsAreApart());
    QVERIFY(throughText(apart) == apart); // count and hash known
    apart.tableRows = RunResult::unknownRows;
    apart.tableHash.clear();
    QCOMPARE(generalForm().write(apart)["table"]["file"], Json("table.jsonl"));
    QVERIFY(throughText(apart) == apart);
    QVERIFY(!RunResult().rowsAreApart());
}

void RunResultTest::factsMayComeAsAnObject()
{
    const auto read = generalForm().read({{"rows", 1}, {"facts", {{"a", "1"}, {"b", "2"}}}});
    QVERIFY(read && (read->facts == std::vector<Fact>{{"a", "1"}, {"b", "2"}}));
}

void RunResultTest::whatIsNoResultIsRefused_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("field");
    const auto row = [](const char* json, const char* field) {
        QTest::newRow(json) << json << field;
    };
    row(R"({})", "rows");
    row(R"({"rows": "7"})", "rows");
    row(R"({"rows": 1.5})", "rows");
    row(R"({"rows": 1, "measures": {"a": "b"}})", "measures");
    row(R"({"rows": 1, "facts": {"a": 1}})", "facts");
    row(R"({"rows": 1, "facts": [["a"]]})", "facts");
    row(R"({"rows": 1, "facts": "a"})", "facts");
    row(R"({"rows": 1, "notes": [1]})", "notes");
    row(R"({"rows": 1, "series": [{"name": "a", "points": [[1]]}]})", "points");
    row(R"({"rows": 1, "series": [{"points": []}]})", "name");
    row(R"({"rows": 1, "checks": [{"name": "a"}]})", "ok");
    row(R"({"rows": 1, "files": [{"path": "a", "rows": 1}]})", "bytes");
    row(R"({"rows": 1, "table": {"columns": 5}})", "columns");
    row(R"({"rows": 1, "table": {"columns": [{"name": "a", "type": "blob"}]}})", "type");
    row(R"({"rows": 1, "table": {"columns": [{"name": "a", "type": "text"}]}})", "rows");
    row(R"({"rows": 1, "table": {"columns": [{"name": "a", "type": "text"}], "rows": [[1]]}})",
        "rows");
    row(R"({"rows": 1, "table": {"columns": [{"name": "a", "type": "int64"}], "rows": [[1.5]]}})",
        "rows");
    row(R"({"rows": 1, "table": {"columns": [{"name": "a", "type": "int64"}], "rows": [[true]]}})",
        "rows");
    row(R"({"rows": 1, "table": {"columns": [{"name": "a", "type": "text"}], "rows": [["a", "b"]]}})",
        "rows");
    row(R"({"rows": 1, "detail": 5})", "detail");
}

void RunResultTest::whatIsNoResultIsRefused()
{
    QFETCH(QString, json);
    QFETCH(QString, field);
    const auto read = generalForm().read(*parseJson(json.toStdString()));
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Protocol);
    QVERIFY2(QString::fromStdString(read.error().message).contains("\"" + field + "\""),
             read.error().message.c_str());
}

void RunResultTest::whatAKindCannotHaveIsRefused_data()
{
    using Change = std::function<void(RunResult&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* words, Change change) {
        QTest::newRow(name) << change << words;
    };
    row("as it should be", "", [](RunResult&) {});
    row("rows below 0", "rows", [](RunResult& r) { r.rows = -1; });
    row("a measure of nobody", "not speed", [](RunResult& r) { r.measures["speed"] = 1; });
    row("no number", "accuracy", [](RunResult& r) { r.measures["accuracy"] = std::nan(""); });
    row("a long fact", "facts",
        [](RunResult& r) { r.facts[0].text = std::string(maxTextBytes + 1, 'x'); });
    row("many facts", "facts", [](RunResult& r) { r.facts.resize(maxEntries + 1); });
    row("a long note", "notes",
        [](RunResult& r) { r.notes[0] = std::string(maxTextBytes + 1, 'x'); });
    row("an infinite point", "points",
        [](RunResult& r) { r.series[0].points[0].second = INFINITY; });
    row("a long check", "checks",
        [](RunResult& r) { r.checks[0].found = std::string(maxTextBytes + 1, 'x'); });
    row("a file of negative size", "files", [](RunResult& r) { r.files[0].bytes = -1; });
    row("rows beyond all bounds", "rows_count", [](RunResult& r) { r.tableRows = maxGroups + 1; });
}

void RunResultTest::whatAKindCannotHaveIsRefused()
{
    QFETCH(std::function<void(RunResult&)>, change);
    QFETCH(QString, words);
    auto changed = result();
    change(changed);
    const auto checked = generalForm().check(changed, regression);
    QCOMPARE(checked.has_value(), words.isEmpty());
    if (!checked)
        QVERIFY2(QString::fromStdString(checked.error().message).contains(words),
                 checked.error().message.c_str());
}

void RunResultTest::rowsOfATableSurvive()
{
    const auto written = table();
    auto read = tableFromColumns(*parseJson(toLine(columnsJson(written))));
    QVERIFY(read && read->columns.size() == 3 && read->empty());
    for (std::size_t row = 0; row < written.rows(); ++row)
        QVERIFY(appendRow(*read, *parseJson(toLine(rowJson(written, row)))).has_value());
    QVERIFY(*read == written);
    QCOMPARE(rowsHash(*read), rowsHash(written));
    // A row that does not fit leaves the table as it was.
    QVERIFY(!appendRow(*read, Json::array({"A", "no number", 1})));
    QVERIFY(*read == written);
    // NaN travels as null.
    QVERIFY(appendRow(*read, Json::array({"B", 1, nullptr})).has_value());
    QVERIFY(std::isnan(std::get<std::vector<double>>(read->columns[2].values).back()));
    QVERIFY(rowJson(*read, 3)[2].is_number() || toLine(rowJson(*read, 3)) == "[\"B\",1,null]");
}

void RunResultTest::everyTypeMayMissValues()
{
    const Json columns = *parseJson(R"([{"name": "t", "type": "text"},
        {"name": "n", "type": "int64"}, {"name": "b", "type": "bool"},
        {"name": "d", "type": "date"}, {"name": "s", "type": "timestamp"}])");
    auto table = tableFromColumns(columns);
    QVERIFY(table.has_value());
    QCOMPARE(columnsJson(*table), columns);
    const std::vector<Json> rows{
        *parseJson(R"(["", 0, false, "2024-02-29", "2024-02-29T12:30:00"])"),
        *parseJson("[null, null, null, null, null]"),
        *parseJson(R"(["x", -5, true, "0001-01-01", "2024-02-29T12:30:00.250000"])")};
    for (const Json& row : rows)
        QVERIFY(appendRow(*table, row).has_value());
    for (std::size_t row = 0; row < rows.size(); ++row)
        QCOMPARE(rowJson(*table, row), rows[row]);
    // A missing value is none of the values that stand in its place.
    auto other = *table;
    for (ResultColumn& column : other.columns)
        column.missing.clear();
    QVERIFY(rowsHash(other) != rowsHash(*table));
    const auto before = *table;
    for (const char* wrong :
         {R"(["", 0, 1, "2024-02-29", null])", R"(["", 0, true, "29.2.2024", null])",
          R"(["", 0, true, null, "2024-02-29"])", R"(["", 9223372036854775808, true, null, null])",
          R"([true, 0, true, null, null])"}) {
        QVERIFY2(!appendRow(*table, *parseJson(wrong)), wrong);
        QVERIFY(*table == before);
    }
}

void RunResultTest::aHashTellsBitsApart()
{
    const auto one = rowsHash(table());
    auto other = table();
    std::get<std::vector<double>>(other.columns[2].values)[2] = 0.0; // was -0.0
    QVERIFY(rowsHash(other) != one);
    other = table();
    std::get<std::vector<std::string>>(other.columns[0].values)[2] = "B";
    QVERIFY(rowsHash(other) != one);
    QCOMPARE(rowsHash(other, 0), rowsHash(table(), 0));
    other.columns.pop_back();
    QCOMPARE(rowsHash(other, 2), rowsHash(other));
}

void RunResultTest::aGroupBySurvivesAsResultAndBack()
{
    EtlResult etl;
    etl.values = {"x", "mean(x)"}; // names that look like the table's own
    etl.groups = {{"A", 2, {0.1, 5}}, {"B", 1, {-1e300, 0}}};
    etl.groupsCount = 2;
    etl.groupsHash = groupsHash(etl.groups);
    etl.rows = 3;
    etl.missing = {0, 1};
    const RunResult result = etl;
    QVERIFY(EtlResult::of(result) == etl);
    QCOMPARE(result.tableHash, rowsHash(result.table));
    const auto read = runResultFromJson(*parseJson(toLine(toJson(result))));
    QVERIFY(read && *read == result);
    for (auto& group : etl.groups)
        group.magnitudes = {1, 2};
    QVERIFY(EtlResult::of(RunResult(etl)) == etl);
}

void RunResultTest::aRegressionSurvivesAsResultAndBack()
{
    LogregResult fit;
    fit.classes = {"A", "B", "C"};
    fit.coefficients = {{0.1}, {0.2}, {-0.3}};
    fit.intercepts = {0, 0.5, -0.5};
    fit.lossHistory = {1.0986, 0.5};
    fit.loss = 0.5;
    fit.objective = 0.50001;
    fit.trainAccuracy = 0.8;
    fit.testAccuracy = 0.7;
    fit.testLoss = 0.6;
    fit.majorityAccuracy = 0.4;
    fit.iterations = 2;
    fit.dataPasses = 3;
    fit.rows = 90;
    fit.trainRows = 70;
    fit.droppedRows = 10;
    fit.model = "one-vs-rest";
    fit.warnings = {"The feature \"y\" is constant."};
    const RunResult result = fit;
    QCOMPARE(result.rows, 100);
    QCOMPARE(result.measures.at("accuracy"), 0.7);
    QVERIFY(LogregResult::of(result) == fit);
    const auto read = runResultFromJson(*parseJson(toLine(toJson(result))));
    QVERIFY(read && *read == result);
}

SPILLWAY_TESTS(RunResultTest, QCoreApplication)
#include "run_result_test.moc"
