#include "base/json.h"
#include "real_program.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;
using namespace spillway::test;

/// Parquet in and out through the whole program, with the real library and real engines.
class ParquetTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aQueryOfParquetAnswersAsOneOfCsv_data();
    void aQueryOfParquetAnswersAsOneOfCsv();
    void foldersOfParquetAreColumns();
    void whatIsThereIsReplacedOnlyWhenForced();
    void aDirectoryWithOtherFilesIsNeverReplaced();
    void aConversionThatFailsLeavesNothing();
    void generatedParquetHasItsManifest();
    void withoutTheLibraryTheCommandThatSetsItUpIsSaid();
    void optionsOfCsvAreRefused();
    void workThatReadsCsvOnlyIsUnsupported();
    void formatsStandBesideEachOther_data();
    void formatsStandBesideEachOther();
    void severalTablesHaveFormatsTogether();
    void aGroupByMeanOfParquetIsChecked_data();
    void aGroupByMeanOfParquetIsChecked();
    void columnsThatTheWorkCannotUseAreUnsupported_data();
    void columnsThatTheWorkCannotUseAreUnsupported();
    void aFormatThatThereIsNotIsRefused();

private:
    void write(const char* name, const QByteArray& text) const
    {
        QFile file(program_.path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    /// The rows of each engine's answer.
    QList<Json> rows(const char* data, const QString& sql)
    {
        QList<Json> found;
        for (const Json& record : program_.call(
                 program_.once(program_.path(data), {"--sql", sql, "--engine", "duckdb,polars"})))
            found.push_back(record.value("status", "") == "ok" ? record["result"]["rows"] : record);
        return found;
    }

    RealProgram program_;
    QTemporaryDir data_; ///< with the environments of the others, for data that are made
};

namespace {

constexpr auto question = "SELECT k, count(*) AS n, sum(x) AS total, max(day) AS last "
                          "FROM data GROUP BY k ORDER BY n DESC";
constexpr auto answer =
    R"([["a", 3, 4.5, "2024-03-01"], ["", 2, null, "1969-12-31"], [null, 1, 7.0, null]])";

} // namespace

void ParquetTest::initTestCase()
{
    QVERIFY(program_.dir.isValid());
    QVERIFY(QDir(data_.path()).mkpath("spillway"));
    QVERIFY(QFile::link(SPILLWAY_SOURCE_DIR "/build/data/spillway/environments",
                        data_.filePath("spillway/environments")));
    write("t.csv", "k,x,day\na,1.5,2024-01-01\na,NA,2024-03-01\n\"\",,1969-12-31\na,3,\n"
                   "\"\",n/a,\n,7,\n");
    program_.call({"convert", program_.path("t.csv"), program_.path("t.parquet")});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    program_.call({"convert", program_.path("t.csv"), program_.path("parts"), "--partition-by",
                   "day", "--json"});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
}

void ParquetTest::aQueryOfParquetAnswersAsOneOfCsv_data()
{
    QTest::addColumn<QString>("data");
    for (const char* data : {"t.csv", "t.parquet", "parts"})
        QTest::newRow(data) << data;
}

void ParquetTest::aQueryOfParquetAnswersAsOneOfCsv()
{
    QFETCH(QString, data);
    const auto found = rows(qPrintable(data), question);
    QCOMPARE(found.size(), 2);
    for (const Json& each : found)
        QCOMPARE(each, *parseJson(answer));
}

void ParquetTest::foldersOfParquetAreColumns()
{
    const auto plan = program_.call({"run", "--data", program_.path("parts"), "--sql", question,
                                     "--engine", "polars", "--dry-run", "--json"});
    QCOMPARE(plan.size(), 1);
    const Json& schema = plan.front()["plan"]["datasets"][0]["schema"];
    QCOMPARE(schema["files"], Json("parquet"));
    QCOMPARE(schema["folders"], Json::array({"day"}));
    QCOMPARE(schema["columns"][2]["type"], Json("date"));
    QCOMPARE(plan.front()["plan"]["datasets"][0]["rows"], Json(6));
}

void ParquetTest::whatIsThereIsReplacedOnlyWhenForced()
{
    const QStringList again{"convert", program_.path("t.csv"), program_.path("t.parquet")};
    program_.call(again);
    QVERIFY(program_.exitCode != 0);
    QVERIFY2(program_.errors.contains("--force"), program_.errors.constData());
    program_.call(again + QStringList{"--force"});
    QCOMPARE(program_.exitCode, 0);
    // Never what it is made from.
    program_.call({"convert", program_.path("t.csv"), program_.path("t.csv"), "--force"});
    QVERIFY(program_.exitCode != 0);
    QCOMPARE(rows("t.parquet", question).value(0), *parseJson(answer));
}

void ParquetTest::aDirectoryWithOtherFilesIsNeverReplaced()
{
    const QDir directory(program_.path("mine"));
    QVERIFY(directory.mkpath("deeper"));
    write("mine/deeper/thesis.txt", "years of work");
    const QStringList command{"convert", program_.path("t.csv"), directory.path() + "/", "--force"};
    program_.call(command);
    QVERIFY(program_.exitCode != 0);
    QVERIFY2(program_.errors.contains("other files"), program_.errors.constData());
    QVERIFY(QFile::exists(directory.filePath("deeper/thesis.txt")));
    // One that an earlier conversion wrote is, also by a name with a slash.
    const QStringList parts{"convert", program_.path("t.csv"), program_.path("again/"),
                            "--partition-by", "day"};
    program_.call(parts);
    QCOMPARE(program_.exitCode, 0);
    program_.call(parts + QStringList{"--force"});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    const auto all = QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot;
    QCOMPARE(QDir(program_.dir.path()).entryList({".again*"}, all), QStringList());
}

void ParquetTest::aConversionThatFailsLeavesNothing()
{
    write("bad.csv", "a,b\n1,2\n3\n");
    program_.call({"convert", program_.path("bad.csv"), program_.path("bad.parquet"), "--header",
                   "yes", "--column", "a=integer"});
    QVERIFY(program_.exitCode != 0);
    const auto left =
        QDir(program_.dir.path()).entryList({"*bad.parquet*"}, QDir::AllEntries | QDir::Hidden);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(' ')));
}

void ParquetTest::generatedParquetHasItsManifest()
{
    const auto made =
        program_.call({"generate", program_.path("g.parquet"), "--rows", "5000", "--json"});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    QCOMPARE(made.front()["bytes"], Json(QFileInfo(program_.path("g.parquet")).size()));
    QVERIFY(QFile::exists(program_.path("g.parquet.json")));
    const auto left =
        QDir(program_.dir.path()).entryList({".g.*"}, QDir::AllEntries | QDir::Hidden);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(' ')));
    const auto found = rows("g.parquet", "SELECT count(*) AS n FROM data");
    QCOMPARE(found.value(0), *parseJson("[[5000]]"));
    // The same rows as in CSV.
    program_.call({"generate", program_.path("g.csv"), "--rows", "5000"});
    const auto facts = "SELECT category, min(x) AS least, max(y) AS most, count(*) AS n FROM data "
                       "GROUP BY category ORDER BY category";
    QCOMPARE(rows("g.parquet", facts).value(1), rows("g.csv", facts).value(1));
}

void ParquetTest::withoutTheLibraryTheCommandThatSetsItUpIsSaid()
{
    RealProgram bare;
    bare.environment.insert("XDG_DATA_HOME", bare.dir.path());
    for (const auto& arguments :
         {QStringList{"convert", program_.path("t.csv"), bare.path("t.parquet")},
          QStringList{"generate", bare.path("t.parquet"), "--rows", "10"},
          QStringList{"run", "--data", program_.path("t.parquet"), "--sql", question, "--engine",
                      "duckdb"}}) {
        bare.call(arguments);
        QVERIFY(bare.exitCode != 0);
        QVERIFY2(bare.errors.contains("spillway engines install parquet"), bare.errors.constData());
    }
}

void ParquetTest::optionsOfCsvAreRefused()
{
    program_.call({"run", "--data", program_.path("t.parquet"), "--delimiter", ";", "--sql",
                   question, "--engine", "duckdb"});
    QCOMPARE(program_.exitCode, 2);
    QVERIFY2(program_.errors.contains("is Parquet"), program_.errors.constData());
}

void ParquetTest::workThatReadsCsvOnlyIsUnsupported()
{
    const auto lines = program_.call(
        program_.once(program_.path("t.parquet"), {"--workload", "etl", "--engine", "chunked"}));
    QCOMPARE(lines.size(), 1);
    QCOMPARE(lines.front()["status"], Json("unsupported"));
    QVERIFY(lines.front()["error"]["message"].get<std::string>().find("CSV") != std::string::npos);
}

void ParquetTest::formatsStandBesideEachOther_data()
{
    QTest::addColumn<QString>("data");
    for (const char* data : {"t.csv", "t.parquet", "parts"})
        QTest::newRow(data) << data;
}

void ParquetTest::formatsStandBesideEachOther()
{
    QFETCH(QString, data);
    const QString session = program_.path("formats.spillway");
    QFile::remove(session);
    program_.environment.insert("XDG_DATA_HOME", data_.path());
    const QStringList plan = QStringList{"--sql",    question,      "--engine",  "duckdb,polars",
                                         "--format", "csv,parquet", "--session", session};
    const auto lines = program_.call(program_.once(program_.path(qPrintable(data)), plan));
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    QCOMPARE(lines.size(), 4);
    for (const Json& record : lines) {
        QCOMPARE(record["result"]["rows"], *parseJson(answer));
        QCOMPARE(record["dataset"], Json(data.toStdString()));
    }
    // One comparison, with a line for each engine and format.
    const auto compared = program_.call({"compare", session, "--json"});
    QCOMPARE(compared.size(), 1);
    QCOMPARE(compared.front()["recommendation"]["rivals"].size(), std::size_t(3));
    // The copy is made once.
    const auto copies = [&] {
        return QDir(data_.filePath("spillway/datasets/formats")).entryList(QDir::Files);
    };
    const auto made = copies();
    program_.call(program_.once(program_.path(qPrintable(data)), plan));
    QCOMPARE(copies(), made);
    QVERIFY2(!program_.errors.contains("Making"), program_.errors.constData());
}

void ParquetTest::severalTablesHaveFormatsTogether()
{
    write("names.csv", "k,name,n\na,Anna,1\n");
    const auto lines =
        program_.call({"run", "--input", "t=" + program_.path("t.parquet"), "--input",
                       "names=" + program_.path("names.csv"), "--sql",
                       "SELECT name, sum(x) AS total FROM t JOIN names USING (k) GROUP BY name",
                       "--engine", "duckdb", "--format", "parquet,csv", "--repeats", "1",
                       "--warmup", "0", "--json", "--scratch", program_.scratch()});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    QCOMPARE(lines.size(), 2);
    for (const Json& record : lines)
        QCOMPARE(record["result"]["rows"], *parseJson(R"([["Anna", 4.5]])"));
}

void ParquetTest::aGroupByMeanOfParquetIsChecked_data()
{
    QTest::addColumn<QStringList>("formats");
    // By DuckDB, for lack of CSV that Spillway's own engine could read.
    QTest::newRow("alone") << QStringList();
    QTest::newRow("beside CSV") << QStringList{"--format", "csv,parquet"};
}

void ParquetTest::aGroupByMeanOfParquetIsChecked()
{
    QFETCH(QStringList, formats);
    const auto lines = program_.call(program_.once(
        program_.path("t.parquet"),
        QStringList{"--workload", "etl", "--group-by", "k", "--values", "x", "--engine", "polars"} +
            formats));
    QCOMPARE(lines.size(), formats.isEmpty() ? 1 : 2);
    for (const Json& record : lines) {
        QVERIFY2(record.value("status", "") == "ok", record.dump().c_str());
        const auto flags = record["flags"].get<std::vector<std::string>>();
        QVERIFY(std::ranges::find(flags, "unchecked") == flags.end());
        for (const Json& group : record["result"]["groups"])
            if (group["key"] == "a") QCOMPARE(group["mean"]["x"], Json(2.25));
    }
}

void ParquetTest::columnsThatTheWorkCannotUseAreUnsupported_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("values");
    QTest::newRow("a key with fractions") << "x"
                                          << "x";
    QTest::newRow("a mean of days") << "k"
                                    << "day";
}

void ParquetTest::columnsThatTheWorkCannotUseAreUnsupported()
{
    QFETCH(QString, key);
    QFETCH(QString, values);
    const auto lines = program_.call(
        program_.once(program_.path("t.parquet"), {"--workload", "etl", "--group-by", key,
                                                   "--values", values, "--engine", "polars"}));
    // By the plan, or before it where the columns were looked at.
    const bool refused = program_.exitCode == 2;
    QVERIFY2(refused || (lines.size() == 1 && lines.front()["status"] == "unsupported"),
             program_.errors.constData());
}

void ParquetTest::aFormatThatThereIsNotIsRefused()
{
    for (const char* formats : {"xml", "csv,", "csv parquet"}) {
        program_.call(program_.once(program_.path("t.csv"), {"--sql", question, "--engine",
                                                             "duckdb", "--format", formats}));
        QVERIFY(program_.exitCode != 0);
        QVERIFY2(program_.errors.contains("--format"), program_.errors.constData());
    }
}

SPILLWAY_TESTS(ParquetTest, QCoreApplication)
#include "parquet_test.moc"
