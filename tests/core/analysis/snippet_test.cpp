#include "analysis/snippet.h"
#include "records.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <map>
#include <random>

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
    void dataInADialectHaveNoProgram();

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

} // namespace

/// A program that read other data than the run would be worse than none.
void SnippetTest::dataInADialectHaveNoProgram()
{
    const auto run = runOf("polars", "default", EtlWorkload{"category", {"x"}, {}}, {});
    Dataset told = dataset_;
    QVERIFY(!pythonSnippet(run, told).empty());
    told.schema.format.decimal = ',';
    QVERIFY(pythonSnippet(run, told).empty());
}

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
    const Settings duckdb{{"memory_limit", "953.6 MiB"}};
    const Settings polars{{"memory_budget_mb", "500"}};
    const Settings dask{{"processes", "2"},
                        {"threads", "2"},
                        {"worker_memory_limit", "700000000 bytes"},
                        {"blocksize", "64000000 bytes; whole files where they have quotes"}};
    const Settings ray{{"object_store_memory", "100000000"}, {"range_bytes", "64000000"}};
    const Settings pandas{{"chunk_rows", "1000000"}};
    const Settings spark{{"master", "local[2]"}, {"heap_bytes", "1073741824"}};
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
    const QString python =
        QStringLiteral(SPILLWAY_SOURCE_DIR "/build/data/spillway/environments/%1/bin/python")
            .arg(QString::fromStdString(run.cell.engine));
    if (!QFile::exists(python)) QSKIP("The engine's environment is not set up.");
    const auto text = pythonSnippet(run, dataset_);
    QVERIFY(text.starts_with("# "));
    QFile file(directory_.filePath("job.py"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text.data(), qint64(text.size()));
    file.close();
    QProcess process;
    process.setWorkingDirectory(directory_.path());
    process.start(python, {"-I", file.fileName()});
    QVERIFY(process.waitForFinished(240'000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().right(2000));
    const auto lines = process.readAllStandardOutput().trimmed().split('\n');
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

void SnippetTest::textFromOutsideStaysText()
{
    // The program of DuckDB is the same for every profile, so any name of one gets into it.
    auto run = runOf("duckdb", "fast\rimport os\nimport os", EtlWorkload{"a\"]\nimport os #", {"x"}, {}}, {});
    run.engineVersion = "1\nimport os";
    const auto text = pythonSnippet(run, dataset_);
    QVERIFY(text.find("\nimport os") == std::string::npos && text.find('\r') == std::string::npos);
    QVERIFY(text.starts_with("# DuckDB fast import os import os, 2 workers"));
    QVERIFY(text.find("GROUP_BY = \"a\\\"]\\nimport os #\"") != std::string::npos);
}

void SnippetTest::enginesWithoutAProgramHaveNone()
{
    const EtlWorkload etl{"category", {"x"}, {}};
    QVERIFY(pythonSnippet(runOf("chunked", "default", etl, {}), dataset_).empty());
    QVERIFY(pythonSnippet(runOf("my-script", "default", etl, {}), dataset_).empty());
    auto remote = runOf("dask", "tuned", etl, {});
    remote.cell.address = "tcp://10.0.0.1:8786";
    QVERIFY(pythonSnippet(remote, dataset_).empty());
}

QTEST_GUILESS_MAIN(SnippetTest)
#include "snippet_test.moc"
