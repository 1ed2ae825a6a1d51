#include "analysis/snippet.h"
#include "records.h"
#include "suites/suites.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <map>
#include <optional>
#include <random>
#include <tuple>

using namespace spillway;

/// Each program is run as a user would, by the Python of the real engine.
class SnippetTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void programsGiveTheRightAnswer_data();
    void programsGiveTheRightAnswer();
    void textFromOutsideStaysText();
    void enginesWithoutAProgramHaveNone();
    void programsReadTheDialectOfTheRun_data();
    void programsReadTheDialectOfTheRun();

private:
    QTemporaryDir directory_;
    Dataset dataset_;
    std::map<QString, std::array<double, 3>> groups_; ///< rows, sums of x and y
};

namespace {

using Settings = std::map<std::string, std::string>;

RunRecord runOf(const std::string& engine, const std::string& profile, Workload workload,
                const Settings& settings)
{
    auto run = etlRun(engine, 2, 1, 1.25);
    run.cell.profile = profile;
    run.workload = std::move(workload);
    run.settings = settings;
    run.engineVersion = "1.0";
    return run;
}

const Settings duckdb{{"memory_limit", "953.6 MiB"}};
const Settings polars{{"memory_budget_mb", "500"}};
const Settings dask{{"processes", "2"},
                    {"threads", "2"},
                    {"worker_memory_limit", "700000000 bytes"},
                    {"blocksize", "64000000 bytes; whole files where they have quotes"}};
const Settings ray{{"object_store_memory", "100000000"}, {"range_bytes", "64000000"}};
const Settings pandas{{"chunk_rows", "1000000"}};
const Settings spark{{"master", "local[2]"}, {"heap_bytes", "1073741824"}};

/// Empty, and the test fails, when it ends with an error.
QByteArrayList printedBy(const std::string& program, const QString& python, const QString& folder)
{
    QFile file(folder + "/job.py");
    if (!file.open(QIODevice::WriteOnly)) return {};
    file.write(program.data(), qint64(program.size()));
    file.close();
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(python, {"-I", file.fileName()});
    const bool ended = process.waitForFinished(240'000) && process.exitCode() == 0;
    if (!ended) QTest::qFail(process.readAllStandardError().right(2000), __FILE__, __LINE__);
    return process.readAllStandardOutput().chopped(1).split('\n');
}

QString pythonOf(const RunRecord& run)
{
    return QStringLiteral(SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/%1/bin/python")
        .arg(QString::fromStdString(run.cell.engine));
}

/// The same rows in two dialects: one that readers know, one that has to be copied.
Dataset dialect(const QString& folder, bool copied)
{
    Dataset data;
    data.schema.columns = {{"n", ColumnType::Integer},
                           {copied ? "Gr\xc3\xb6\xc3\x9f"
                                     "e"
                                   : "k",
                            ColumnType::Text},
                           {"x", ColumnType::Real}};
    auto& format = data.schema.format;
    format.delimiter = ';';
    format.quote = '\'';
    format.decimal = ',';
    format.skipRows = 2;
    QByteArray rows = "made by a tool; v1\nits \"second\" line\n";
    if (copied) {
        format.comment = '#';
        format.encoding = TextEncoding::Windows1252;
        format.missing = {"-", "none"};
        rows += "# a 'comment\nn;Gr\xf6\xdf"
                "e;x\n1;\x80\x81;2,5\n2;'a;b';-\n#3;c;1\n3;'a;b'; NONE \n"
                "4;-;1,5\n5;'-';+4\n6;;,5\n";
    } else {
        format.header = false;
        rows += "1;\xe2\x82\xac\xc2\x81;2,5\n2;'a;b';\n3;'a;b';\n4;;1,5\n5;'-';4\n6;;0,5\n";
    }
    for (const char* name : {"one.csv", "two.csv"}) {
        QFile file(folder + '/' + name);
        if (!file.open(QIODevice::WriteOnly)) return {};
        file.write(rows);
        data.paths.emplace_back(file.fileName().toStdString());
    }
    return data;
}

} // namespace

/// Two files whose label goes by x, as generated data with signal.
void SnippetTest::initTestCase()
{
    QVERIFY(directory_.isValid());
    std::mt19937_64 random(1);
    std::uniform_real_distribution<> uniform;
    for (const char* name : {"a b.csv", "c.csv"}) {
        QFile file(directory_.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("category,unused,x,y\n");
        for (int row = 0; row < 4000; ++row) {
            const double x = std::round(uniform(random) * 1e6) / 1e6;
            const double y = std::round(uniform(random) * 1e6) / 1e6;
            const QString key(QChar('A' + std::min(3, int(4 * (0.8 * x + 0.2 * uniform(random))))));
            file.write(QStringLiteral("%1,%2,%3,%4\n").arg(key).arg(row).arg(x).arg(y).toUtf8());
            auto& group = groups_[key];
            group = {group[0] + 1, group[1] + x, group[2] + y};
        }
        dataset_.paths.emplace_back(file.fileName().toStdString());
    }
    dataset_.schema.columns = {{"category", ColumnType::Text},
                               {"unused", ColumnType::Integer},
                               {"x", ColumnType::Real},
                               {"y", ColumnType::Real}};
}

void SnippetTest::programsGiveTheRightAnswer_data()
{
    QTest::addColumn<RunRecord>("run");
    QTest::addColumn<double>("accuracy");
    const EtlWorkload etl{"category", {"x", "y"}, EtlWorkload::Materialise::Streamed};
    const EtlWorkload loaded{"category", {"x", "y"}, EtlWorkload::Materialise::Loaded};
    LogregWorkload logreg{"category", {"x", "y"}};
    LogregWorkload sgd = logreg;
    sgd.solver = LogregWorkload::Solver::Sgd;
    const auto add = [](const char* title, RunRecord run, double accuracy = 0) {
        QTest::newRow(title) << std::move(run) << accuracy;
    };
    add("DuckDB", runOf("duckdb", "default", etl, duckdb));
    add("DuckDB, loaded", runOf("duckdb", "default", loaded, duckdb));
    add("Polars", runOf("polars", "default", etl, polars));
    add("Polars, loaded", runOf("polars", "default", loaded, polars));
    add("pandas", runOf("pandas", "default", etl, pandas));
    add("pandas, regression", runOf("pandas", "default", logreg, {}), 0.75);
    add("pandas, descent", runOf("pandas", "default", sgd, {}), 0.55);
    add("Dask tuned", runOf("dask", "tuned", etl, dask));
    add("Dask naive", runOf("dask", "naive", etl, dask));
    add("Dask tuned, regression", runOf("dask", "tuned", logreg, dask), 0.75);
    // The first two of four classes are all that a binary model can tell.
    add("Dask naive, regression", runOf("dask", "naive", logreg, dask), 0.3);
    add("Dask one-vs-rest", runOf("dask", "one-vs-rest", logreg, dask), 0.6);
    add("Ray tuned", runOf("ray", "tuned", etl, ray));
    add("Ray naive", runOf("ray", "naive", etl, ray));
    add("Ray tuned, regression", runOf("ray", "tuned", logreg, ray), 0.75);
    add("Ray naive, regression", runOf("ray", "naive", sgd, ray), 0.55);
    add("Modin", runOf("modin", "default", etl, ray));
    add("Modin, loaded", runOf("modin", "default", loaded, ray));
    // Where somebody has set it up: it takes a minute to install and needs Java.
    add("PySpark", runOf("pyspark", "default", etl, spark));
    add("PySpark, loaded", runOf("pyspark", "default", loaded, spark));
    add("PySpark, regression", runOf("pyspark", "default", logreg, spark), 0.75);
}

void SnippetTest::programsGiveTheRightAnswer()
{
    QFETCH(RunRecord, run);
    QFETCH(double, accuracy);
    const QString python = pythonOf(run);
    if (!QFile::exists(python)) QSKIP("The engine's environment is not set up.");
    const auto text = pythonSnippet(run, dataset_, engineTitle(run.cell.engine)).program;
    QVERIFY(text.starts_with("# "));
    const auto lines = printedBy(text, python, directory_.path());
    if (accuracy > 0) {
        const auto words = lines.last().split(' ');
        QCOMPARE(words.first(), QByteArray("accuracy"));
        QVERIFY2(words.last().toDouble() > accuracy, words.last());
        return;
    }
    QCOMPARE(std::size_t(lines.size()), groups_.size());
    auto line = lines.begin();
    for (const auto& [key, group] : groups_) {
        const auto words = (line++)->split(' ');
        QCOMPARE(QString(words[0]), key);
        QCOMPARE(words[1].toDouble(), group[0]);
        for (int j = 1; j <= 2; ++j)
            QVERIFY(std::abs(words[j + 1].toDouble() - group[std::size_t(j)] / group[0]) < 1e-9);
    }
}

void SnippetTest::programsReadTheDialectOfTheRun_data()
{
    QTest::addColumn<RunRecord>("run");
    QTest::addColumn<bool>("copied");
    const std::vector<std::tuple<const char*, const char*, Settings>> engines{
        {"duckdb", "default", duckdb}, {"polars", "default", polars},
        {"pandas", "default", pandas}, {"dask", "tuned", dask},
        {"dask", "naive", dask},       {"ray", "tuned", ray},
        {"ray", "naive", ray},         {"modin", "default", ray},
        {"pyspark", "default", spark}};
    for (const auto& [engine, profile, settings] : engines)
        for (const bool copied : {false, true}) {
            const std::string key = copied ? "Gr\xc3\xb6\xc3\x9f"
                                             "e"
                                           : "k";
            QTest::addRow("%s %s, %s", engine, profile, copied ? "copied" : "read as it is")
                << runOf(engine, profile, EtlWorkload{key, {"x"}, {}}, settings) << copied;
        }
}

void SnippetTest::programsReadTheDialectOfTheRun()
{
    QFETCH(RunRecord, run);
    QFETCH(bool, copied);
    if (!QFile::exists(pythonOf(run))) QSKIP("The engine's environment is not set up.");
    const QTemporaryDir folder;
    const auto data = dialect(folder.path(), copied);
    const auto snippet = pythonSnippet(run, data, engineTitle(run.cell.engine));
    QCOMPARE(snippet.reason, "");
    std::map<QByteArray, QByteArrayList> found;
    for (const auto& line : printedBy(snippet.program, pythonOf(run), folder.path())) {
        const auto end = line.lastIndexOf(' ');
        const auto middle = line.lastIndexOf(' ', end - 1);
        found[line.left(middle)] = {line.mid(middle + 1, end - middle - 1), line.mid(end + 1)};
    }
    QCOMPARE(found.size(), std::size_t(4));
    const auto check = [&](const char* key, double rows, std::optional<double> mean) {
        QVERIFY2(found.contains(key), key);
        QCOMPARE(found[key][0].toDouble(), rows);
        if (mean) QCOMPARE(found[key][1].toDouble(), *mean);
        const QByteArrayList nothing{"nan", "None", "NaN", "<NA>"};
        if (!mean) QVERIFY2(nothing.contains(found[key][1]), found[key][1]);
    };
    check("\xe2\x82\xac\xc2\x81", 2, 2.5);
    check("a;b", 4, std::nullopt);
    check("", 4, 1);
    check("-", 2, 4);
    // What a program copied is gone with it.
    QCOMPARE(QDir(folder.path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot), QStringList());
}

void SnippetTest::textFromOutsideStaysText()
{
    // The program of DuckDB is the same for every profile, so any name of one gets into it.
    auto run = runOf("duckdb", "fast\rimport os\nimport os",
                     EtlWorkload{"a\"]\nimport os #", {"x"}, {}}, {});
    run.engineVersion = "1\nimport os";
    const auto text = pythonSnippet(run, dataset_, "DuckDB fast\rimport os\nimport os").program;
    QVERIFY(text.find("\nimport os") == std::string::npos && text.find('\r') == std::string::npos);
    QVERIFY(text.starts_with("# DuckDB fast import os import os, 2 workers"));
    QVERIFY(text.find("GROUP_BY = \"a\\\"]\\nimport os #\"") != std::string::npos);
}

void SnippetTest::enginesWithoutAProgramHaveNone()
{
    const EtlWorkload etl{"category", {"x"}, {}};
    const auto reason = [&](const RunRecord& run) {
        const auto snippet = pythonSnippet(run, dataset_, engineTitle(run.cell.engine));
        return snippet.program.empty() ? snippet.reason : "a program";
    };
    QCOMPARE(reason(runOf("chunked", "default", etl, {})),
             "There is no Python program for Chunked.");
    QCOMPARE(reason(runOf("my-script", "default", etl, {})),
             "There is no Python program for my-script.");
    auto remote = runOf("dask", "tuned", etl, {});
    remote.cell.address = "tcp://10.0.0.1:8786";
    QCOMPARE(reason(remote), "There is no Python program for a run on an existing cluster.");
}

SPILLWAY_TESTS(SnippetTest, QCoreApplication)
#include "snippet_test.moc"
