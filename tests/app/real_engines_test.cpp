#include "base/json.h"
#include "real_program.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <csignal>

using namespace spillway;
using namespace spillway::test;

namespace {

double lossOf(const Json& run)
{
    return run["result"]["loss"].get<double>();
}

} // namespace

/// The real engines, each in its environment, through the whole program: what the adapters' own
/// tests cannot see (guard, cache, result check, session, sweep).
class RealEnginesTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void everyEngineIsReady();
    void groupByMeanIsRight_data() { engines(); }
    void groupByMeanIsRight();
    void regressionReachesTheNativeLoss_data();
    void regressionReachesTheNativeLoss();
    void engineWithoutRegressionIsUnsupported();
    void interruptedRunLeavesNothing_data();
    void interruptedRunLeavesNothing();
    void usersScriptIsAnEngine();

private:
    void engines() const;
    bool isReady(std::string_view engine);
    Json run(const QString& data, const QStringList& arguments);

    RealProgram program_;
};

void RealEnginesTest::initTestCase()
{
    QVERIFY(program_.dir.isValid());
    program_.call({"generate", program_.path("small.csv"), "--rows", "100000", "--signal", "4"});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
}

Json RealEnginesTest::run(const QString& data, const QStringList& arguments)
{
    const auto lines = program_.call(program_.once(data, arguments));
    return lines.size() == 1 ? lines.front() : Json::object();
}

void RealEnginesTest::engines() const
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QString>("workers");
    QTest::newRow("pandas") << "pandas"
                            << "1";
    for (const char* engine : {"polars", "duckdb", "dask:tuned", "dask:naive", "ray:tuned",
                               "ray:naive", "modin", "pyspark"})
        QTest::newRow(engine) << engine << "2";
}

bool RealEnginesTest::isReady(std::string_view id)
{
    const auto known = program_.call({"engines", "--json"});
    return std::ranges::any_of(known, [&](const Json& engine) {
        return engine["id"] == id && engine["state"] == "ready";
    });
}

void RealEnginesTest::everyEngineIsReady()
{
    const auto known = program_.call({"engines", "--json"});
    QVERIFY(known.size() >= 6);
    for (const auto& engine : known)
        // PySpark takes a minute to install and needs Java: tested where somebody has set it up.
        QVERIFY2(engine["state"] == "ready" || engine["id"] == "pyspark", engine.dump().c_str());
}

void RealEnginesTest::groupByMeanIsRight()
{
    QFETCH(QString, engine);
    QFETCH(QString, workers);
    if (engine == "pyspark" && !isReady("pyspark")) QSKIP("PySpark is not set up");
    const auto record = run(program_.path("small.csv"),
                            {"--workload", "etl", "--engine", engine, "--workers", workers});
    // The result check compares counts exactly and means to 1e-9 with the dataset's manifest.
    QVERIFY2(record.value("status", "") == "ok",
             (record.dump() + program_.errors.toStdString()).c_str());
    QCOMPARE(record["result"]["groups"].size(), std::size_t(4));
    QVERIFY(record["peak_bytes"].get<double>() > 20e6);
    QVERIFY(record["setup_seconds"].get<double>() > 0);
}

void RealEnginesTest::regressionReachesTheNativeLoss_data()
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QString>("workers");
    QTest::newRow("pandas") << "pandas"
                            << "1";
    QTest::newRow("dask") << "dask:tuned"
                          << "2";
    QTest::newRow("ray") << "ray:tuned"
                         << "2";
    QTest::newRow("pyspark") << "pyspark"
                             << "2";
}

void RealEnginesTest::regressionReachesTheNativeLoss()
{
    QFETCH(QString, engine);
    QFETCH(QString, workers);
    if (engine == "pyspark" && !isReady("pyspark")) QSKIP("PySpark is not set up");
    const QStringList converged{"--workload",         "logreg",  "--param",
                                "max-iterations=300", "--param", "tolerance=1e-7"};
    const auto native = run(program_.path("small.csv"),
                            converged + QStringList{"--engine", "chunked", "--workers", "2"});
    QVERIFY2(native.value("status", "") == "ok", native.dump().c_str());
    const auto record = run(program_.path("small.csv"),
                            converged + QStringList{"--engine", engine, "--workers", workers});
    QVERIFY2(record.value("status", "") == "ok",
             (record.dump() + program_.errors.toStdString()).c_str());
    QVERIFY2(std::abs(lossOf(record) - lossOf(native)) < 1e-6 * lossOf(native),
             (record.dump() + native.dump()).c_str());
    QCOMPARE(record["result"]["train_rows"], native["result"]["train_rows"]);
}

void RealEnginesTest::engineWithoutRegressionIsUnsupported()
{
    const auto record =
        run(program_.path("small.csv"), {"--workload", "logreg", "--engine", "polars"});
    QCOMPARE(program_.exitCode, 0);
    QVERIFY2(record.value("status", "") == "unsupported", record.dump().c_str());
    QVERIFY(record["error"]["message"].get<std::string>().find("Polars") != std::string::npos);
}

void RealEnginesTest::interruptedRunLeavesNothing_data()
{
    QTest::addColumn<QString>("engine");
    for (const char* engine : {"pandas", "duckdb", "dask:naive", "ray:tuned"})
        QTest::newRow(engine) << engine;
}

void RealEnginesTest::interruptedRunLeavesNothing()
{
    QFETCH(QString, engine);
    QProcess process;
    program_.start(process, {"run", "--data", program_.path("small.csv"), "--workload", "etl",
                             "--engine", engine, "--workers", engine == "pandas" ? "1" : "2",
                             "--repeats", "1000", "--scratch", program_.scratch()});
    QVERIFY(process.waitForStarted());
    // Once the engine's own processes are there it is somewhere between its start and its end.
    QTRY_VERIFY_WITH_TIMEOUT(!program_.processes().isEmpty() ||
                                 process.state() == QProcess::NotRunning,
                             RealProgram::patienceMs);
    QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError().constData());
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(RealProgram::patienceMs));
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(program_.processes(), QList<int>());
    QCOMPARE(program_.leftInScratch(), QStringList());
}

void RealEnginesTest::usersScriptIsAnEngine()
{
    QFile script(program_.path("my_means.py"));
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write(R"(import csv
def run(paths, workers, memory_bytes, scratch):
    sums = {}
    for path in paths:
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                entry = sums.setdefault(row["category"], [0, 0.0, 0.0])
                entry[0] += 1
                entry[1] += float(row["x"])
                entry[2] += float(row["y"])
    return {key: {"count": n, "x": x / n, "y": y / n} for key, (n, x, y) in sums.items()}
)");
    script.close();
    // Trusting writes into the data directory, which must not be the one of the environments.
    const auto shared = program_.environment.value("XDG_DATA_HOME");
    program_.environment.insert("XDG_DATA_HOME", program_.dir.path());
    program_.call({"engines", "trust", program_.path("my_means.py")});
    QVERIFY2(program_.exitCode == 0, program_.errors.constData());
    const auto record =
        run(program_.path("small.csv"), {"--workload", "etl", "--engine", "my-means"});
    QVERIFY2(record.value("status", "") == "ok",
             (record.dump() + program_.errors.toStdString()).c_str());
    QVERIFY(script.open(QIODevice::Append));
    script.write("# changed\n");
    script.close();
    const auto changed =
        run(program_.path("small.csv"), {"--workload", "etl", "--engine", "my-means"});
    QVERIFY2(changed.value("status", "") == "unsupported", changed.dump().c_str());
    program_.environment.insert("XDG_DATA_HOME", shared);
}

SPILLWAY_TESTS(RealEnginesTest, QCoreApplication)
#include "real_engines_test.moc"
