#include "base/json.h"
#include "real_program.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;
using namespace spillway::test;

/// A query of the user's own through the whole program, on the real engines: from the text to a
/// checked answer.
class QueryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyEngineGivesTheSameRows_data();
    void everyEngineGivesTheSameRows();
    void theTableOfOneFileIsCalledData();
    void aJobFileNamesItsTables();
    void theAnswerToSqlMayBeFiles();
    void theSameJobInOtherWordsIsTheSameCell();
    void aQueryThatIsWrongStartsNothing_data();
    void aQueryThatIsWrongStartsNothing();
    void aCheckTellsStepsAndEngines();
    void aProgramRunsAlone();
    void aScriptIsHeldToTheSameRows();
    void withoutTheOracleTheFirstEngineIsTheReference();

private:
    void write(const char* name, const QByteArray& text) const
    {
        QFile file(program_.path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QStringList tables() const
    {
        return {"--input", "orders=" + program_.path("orders.csv"), "--input",
                "customers=" + program_.path("customers.csv")};
    }
    /// Of one repeat.
    QList<Json> run(const QStringList& arguments)
    {
        return program_.call(QStringList{"run", "--repeats", "1", "--warmup", "0", "--timeout",
                                         "2min", "--json", "--scratch", program_.scratch()} +
                             arguments);
    }

    RealProgram program_;
};

namespace {

constexpr auto sql = "SELECT region, count(*) AS n, sum(amount) AS total "
                     "FROM orders JOIN customers USING (customer) "
                     "WHERE amount > 1 GROUP BY region ORDER BY total DESC";
/// Of initTestCase()'s tables: a customer without orders, an order without a customer, one without
/// an amount, one of nobody, a region that is missing.
constexpr auto answerOfRows = R"([["N", 2, 30.5], [null, 1, 7.0], ["S", 1, 2.5]])";

} // namespace

void QueryTest::initTestCase()
{
    QVERIFY(program_.dir.isValid());
    write("orders.csv", "id,customer,amount\n1,1,10.5\n2,1,20\n3,2,2.5\n4,2,NA\n5,9,100\n"
                        "6,,50\n7,3,7\n8,1,0.5\n");
    write("customers.csv", "customer,region\n1,N\n2,S\n3,\n4,W\n");
}

void QueryTest::everyEngineGivesTheSameRows_data()
{
    QTest::addColumn<QString>("engine");
    for (const char* engine : {"duckdb", "polars", "pandas", "modin", "dask:tuned", "dask:naive",
                               "ray:tuned", "ray:naive", "pyspark"})
        QTest::newRow(engine) << engine;
}

void QueryTest::everyEngineGivesTheSameRows()
{
    QFETCH(QString, engine);
    const auto lines = run(tables() + QStringList{"--sql", sql, "--engine", engine, "--workers",
                                                  engine == "pandas" ? "1" : "2"});
    QCOMPARE(lines.size(), 1);
    const Json& record = lines.front();
    if (record.value("status", "") == "unsupported")
        QSKIP(record["error"]["message"].get<std::string>().c_str());
    QVERIFY2(record.value("status", "") == "ok",
             (record.dump() + program_.errors.toStdString()).c_str());
    QCOMPARE(record["result"]["rows"], *parseJson(answerOfRows));
    QCOMPARE(record["result"]["rows_count"], Json(3));
    QCOMPARE(record["result"]["columns"],
             *parseJson(R"([{"name": "region", "type": "text"}, {"name": "n", "type": "int64"},
                            {"name": "total", "type": "float64"}])"));
    // It was held against DuckDB's answer to the SQL as it was typed.
    const auto flags = record["flags"].get<std::vector<std::string>>();
    QVERIFY(std::ranges::find(flags, "unchecked") == flags.end());
}

void QueryTest::theTableOfOneFileIsCalledData()
{
    const auto lines = run({"--data", program_.path("orders.csv"), "--sql",
                            "SELECT count(*) AS n, count(amount) AS known FROM data", "--engine",
                            "duckdb,polars"});
    QCOMPARE(lines.size(), 2);
    for (const Json& record : lines)
        QCOMPARE(record["result"]["rows"], *parseJson("[[8, 7]]"));
}

void QueryTest::aJobFileNamesItsTables()
{
    write("job.json", R"({"inputs": {"orders": {"path": "orders.csv"}},
        "steps": [{"from": "orders"}, {"filter": "customer is null"}, {"select": ["id"]}]})");
    const auto lines = run({"--job", program_.path("job.json"), "--engine", "polars"});
    QCOMPARE(lines.size(), 1);
    QCOMPARE(lines.front()["result"]["rows"], *parseJson("[[6]]"));
    // It is called by its file.
    QCOMPARE(program_
                 .call({"run", "--job", program_.path("job.json"), "--engine", "polars",
                        "--dry-run", "--json"})
                 .front()["plan"]["workloads"][0]["name"],
             Json("job"));
}

void QueryTest::theAnswerToSqlMayBeFiles()
{
    for (const char* format : {"parquet", "csv"}) {
        const auto lines = run(
            tables() + QStringList{"--sql", sql, "--output", format, "--engine", "duckdb,polars"});
        QCOMPARE(lines.size(), 2);
        for (const Json& record : lines) {
            QVERIFY2(record.value("status", "") == "ok", record.dump().c_str());
            QCOMPARE(record["result"]["rows_count"], Json(3));
            QVERIFY(record["result"]["files"]["bytes"].get<std::int64_t>() > 0);
            QCOMPARE(record["result"]["files"]["rows"], Json(3));
        }
    }
    // It is the job's own output that is compared, however it was asked for.
    const auto planned = [&](const QStringList& arguments) {
        const auto lines = program_.call(
            QStringList{"run", "--engine", "polars", "--dry-run", "--json"} + arguments);
        return lines.isEmpty() ? std::string()
                               : lines.front()["plan"]["workloads"][0].value("job", std::string());
    };
    write("out.json", R"({"inputs": {"orders": {"path": "orders.csv"}}, "output": {"to": "csv"},
        "steps": [{"from": "orders"}, {"select": ["id"]}]})");
    const auto typed = planned({"--input", "orders=" + program_.path("orders.csv"), "--sql",
                                "SELECT id FROM orders", "--output", "csv"});
    QVERIFY2(typed.find("output") != std::string::npos, typed.c_str());
    QCOMPARE(typed, planned({"--job", program_.path("out.json")}));
    program_.call(QStringList{"run", "--engine", "polars", "--sql", "SELECT id FROM orders",
                              "--output", "orc"} +
                  tables());
    QCOMPARE(program_.exitCode, 2);
}

void QueryTest::theSameJobInOtherWordsIsTheSameCell()
{
    const QStringList session{"--session", program_.path("same.spillway"), "--engine",  "polars",
                              "--data",    program_.path("orders.csv"),    "--continue"};
    QCOMPARE(run(session + QStringList{"--sql", "SELECT id FROM data WHERE amount > 5"}).size(), 1);
    QCOMPARE(run(session + QStringList{"--sql", "select id from data where (amount>5.0)"}).size(),
             0);
    QCOMPARE(program_.exitCode, 0);
    QCOMPARE(run(session + QStringList{"--sql", "SELECT id FROM data WHERE amount > 6"}).size(), 1);
}

void QueryTest::aQueryThatIsWrongStartsNothing_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::newRow("a column that is not there") << "SELECT price FROM data"
                                                << "price";
    QTest::newRow("a table that is not there") << "SELECT id FROM orders"
                                               << "orders";
    QTest::newRow("what the language lacks") << "SELECT id FROM data INTERSECT SELECT id FROM data"
                                             << "INTERSECT";
    QTest::newRow("no SQL") << "SELECT FROM WHERE"
                            << "line 1";
    QTest::newRow("no JSON") << R"({"steps": [)"
                             << "JSON";
    QTest::newRow("an unknown step") << R"({"steps": [{"from": "data"}, {"shuffle": true}]})"
                                     << "shuffle";
    QTest::newRow("a name of no file") << "queries/none.sql"
                                       << "there is no file";
}

void QueryTest::aQueryThatIsWrongStartsNothing()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    const QString option = text.startsWith('{') ? "--job" : "--sql";
    const auto lines =
        run({"--data", program_.path("orders.csv"), option, text, "--engine", "polars"});
    QVERIFY(lines.isEmpty());
    QCOMPARE(program_.exitCode, 2);
    QVERIFY2(program_.errors.contains(words.toUtf8()), program_.errors.constData());
}

void QueryTest::aCheckTellsStepsAndEngines()
{
    write("query.sql", sql);
    const auto lines =
        program_.call(QStringList{"job", "check", program_.path("query.sql"), "--json"} + tables());
    QCOMPARE(program_.exitCode, 0);
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines.front()["steps"].size() >= 5);
    QCOMPARE(lines.front()["columns"].size(), std::size_t(3));
    QCOMPARE(lines.front()["engines"]["polars:default"]["refusal"], Json());
}

void QueryTest::aProgramRunsAlone()
{
    write("query.sql", "SELECT region, count(*) AS n FROM customers GROUP BY region");
    QProcess code;
    program_.start(code,
                   QStringList{"job", "code", program_.path("query.sql"), "--engine", "polars"} +
                       tables());
    QVERIFY(code.waitForFinished(RealProgram::patienceMs));
    QCOMPARE(code.exitCode(), 0);
    write("alone.py", code.readAllStandardOutput());
    QProcess alone;
    alone.start(SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/polars/bin/python",
                {"-I", "-X", "utf8", program_.path("alone.py")});
    QVERIFY(alone.waitForFinished(RealProgram::patienceMs));
    QVERIFY2(alone.exitCode() == 0, alone.readAllStandardError().constData());
    const auto shown = alone.readAllStandardOutput();
    QVERIFY2(shown.contains("null") && shown.contains("region"), shown.constData());
}

void QueryTest::aScriptIsHeldToTheSameRows()
{
    const auto script = [](const char* amount) {
        return QByteArray("# spillway: kind=query\nimport csv\n\n\n"
                          "def run(inputs, workers, memory_bytes, scratch):\n"
                          "    rows = csv.DictReader(open(inputs['data'][0]))\n"
                          "    return [{'id': int(r['id'])} for r in rows"
                          " if r['amount'] not in ('', 'NA') and float(r['amount']) > ") +
               amount + "]\n";
    };
    write("by_hand.py", script("5"));
    write("wrong.py", script("50"));
    const auto data = program_.environment.value("XDG_DATA_HOME");
    program_.environment.insert("XDG_DATA_HOME", program_.path("data"));
    QVERIFY(QDir(program_.path("data")).mkpath("spillway"));
    QVERIFY(QFile::link(data + "/spillway/environments",
                        program_.path("data") + "/spillway/environments"));
    for (const char* name : {"by_hand.py", "wrong.py"}) {
        program_.call({"engines", "trust", program_.path(name)});
        QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    }
    const auto lines =
        run({"--data", program_.path("orders.csv"), "--sql", "SELECT id FROM data WHERE amount > 5",
             "--engine", "by-hand,wrong", "--workers", "1"});
    const auto etl = run({"--data", program_.path("orders.csv"), "--workload", "etl", "--group-by",
                          "customer", "--values", "amount", "--engine", "by-hand"});
    program_.environment.insert("XDG_DATA_HOME", data);
    QCOMPARE(lines.size(), 2);
    for (const Json& record : lines) {
        const bool right = record["engine"] == "by-hand";
        QVERIFY2(record["status"] == (right ? "ok" : "wrong-result"),
                 (record.dump() + program_.errors.toStdString()).c_str());
        if (!right)
            QVERIFY(record["error"]["message"].get<std::string>().find("there are 1 rows; DuckDB "
                                                                       "has 5") !=
                    std::string::npos);
    }
    // It does the kind of work that it says, and no other.
    QVERIFY(etl.size() == 1 && etl.front()["status"] == "unsupported");
}

void QueryTest::withoutTheOracleTheFirstEngineIsTheReference()
{
    QTemporaryDir data;
    const QString environments = data.filePath("spillway/environments");
    QVERIFY(QDir().mkpath(environments));
    const QString ready = SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/";
    for (const char* engine : {"polars", "pandas", "planner"})
        QVERIFY(QFile::link(ready + engine, environments + '/' + engine));
    // DuckDB is there and cannot be imported.
    QCOMPARE(QProcess::execute("cp", {"-as", ready + "duckdb", environments + "/duckdb"}), 0);
    const auto found = QDir(environments + "/duckdb/lib").entryList({"python*"}, QDir::Dirs);
    const QString package =
        environments + "/duckdb/lib/" + found.value(0) + "/site-packages/duckdb/__init__.py";
    QVERIFY2(QFile::remove(package), qPrintable(package));
    QFile broken(package);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("raise ImportError('damaged for a test')\n");
    broken.close();

    RealProgram program;
    program.environment.insert("XDG_DATA_HOME", data.path());
    const auto runs = program.call(
        program.once(program_.path("orders.csv"),
                     {"--sql", "SELECT count(*) AS n FROM data", "--engine", "polars,pandas"}));
    QCOMPARE(runs.size(), 2);
    for (const Json& run : runs)
        QCOMPARE(run["status"], Json("ok"));
    QVERIFY2(program.errors.contains("DuckDB, whose answer others are checked against, failed"),
             program.errors.constData());
}

SPILLWAY_TESTS(QueryTest, QCoreApplication)
#include "query_test.moc"
