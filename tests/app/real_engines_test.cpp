#include "base/json.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <csignal>

using namespace spillway;

namespace {

/// Two of them are within the five minutes that QtTest gives a function.
constexpr int patienceMs = 140'000;

/// Processes that carry `mark` in their environment: those of a run below that scratch directory.
QStringList processesMarked(const QByteArray& mark)
{
    QStringList found;
    for (const auto& pid : QDir("/proc").entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile environment("/proc/" + pid + "/environ");
        if (environment.open(QIODevice::ReadOnly) && environment.readAll().contains(mark))
            found << pid;
    }
    return found;
}

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
    QList<Json> spillway(const QStringList& arguments);
    Json run(const QString& data, const QStringList& arguments);
    QString path(const char* name) const { return dir_.filePath(name); }

    QTemporaryDir dir_;
    QProcessEnvironment environment_;
    int exitCode_ = -1;
    QByteArray errors_;
};

void RealEnginesTest::initTestCase()
{
    QVERIFY(dir_.isValid());
    environment_ = QProcessEnvironment::systemEnvironment();
    environment_.insert("XDG_DATA_HOME", SPILLWAY_SOURCE_DIR "/build/data");
    environment_.insert("XDG_STATE_HOME", dir_.path());
    environment_.insert("XDG_CACHE_HOME", dir_.path());
    spillway({"generate", path("small.csv"), "--rows", "100000", "--signal", "4"});
    QVERIFY2(exitCode_ == 0, errors_.constData());
}

QList<Json> RealEnginesTest::spillway(const QStringList& arguments)
{
    QProcess process;
    process.setProcessEnvironment(environment_);
    process.start(QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway"), arguments);
    exitCode_ = process.waitForFinished(patienceMs) ? process.exitCode() : -1;
    errors_ = process.readAllStandardError();
    QList<Json> lines;
    for (const auto& line : process.readAllStandardOutput().split('\n'))
        if (const auto json = parseJson(line.toStdString()); json && json->is_object())
            lines.push_back(*json);
    return lines;
}

Json RealEnginesTest::run(const QString& data, const QStringList& arguments)
{
    const auto lines = spillway(QStringList{"run", "--data", data, "--repeats", "1", "--warmup",
                                            "0", "--json", "--scratch", path("scratch")} +
                                arguments);
    return lines.size() == 1 ? lines.front() : Json::object();
}

void RealEnginesTest::engines() const
{
    QTest::addColumn<QString>("engine");
    QTest::addColumn<QString>("workers");
    QTest::newRow("pandas") << "pandas"
                            << "1";
    for (const char* engine :
         {"polars", "duckdb", "dask:tuned", "dask:naive", "ray:tuned", "ray:naive"})
        QTest::newRow(engine) << engine << "2";
}

void RealEnginesTest::everyEngineIsReady()
{
    const auto known = spillway({"engines", "--json"});
    QVERIFY(known.size() >= 6);
    for (const auto& engine : known)
        QVERIFY2(engine["state"] == "ready", engine.dump().c_str());
}

void RealEnginesTest::groupByMeanIsRight()
{
    QFETCH(QString, engine);
    QFETCH(QString, workers);
    const auto record =
        run(path("small.csv"), {"--workload", "etl", "--engine", engine, "--workers", workers});
    // The result check compares counts exactly and means to 1e-9 with the dataset's manifest.
    QVERIFY2(record.value("status", "") == "ok", (record.dump() + errors_.toStdString()).c_str());
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
}

void RealEnginesTest::regressionReachesTheNativeLoss()
{
    QFETCH(QString, engine);
    QFETCH(QString, workers);
    const QStringList converged{"--workload",         "logreg",  "--param",
                                "max-iterations=300", "--param", "tolerance=1e-7"};
    const auto native =
        run(path("small.csv"), converged + QStringList{"--engine", "chunked", "--workers", "2"});
    QVERIFY2(native.value("status", "") == "ok", native.dump().c_str());
    const auto record =
        run(path("small.csv"), converged + QStringList{"--engine", engine, "--workers", workers});
    QVERIFY2(record.value("status", "") == "ok", (record.dump() + errors_.toStdString()).c_str());
    QVERIFY2(std::abs(lossOf(record) - lossOf(native)) < 1e-6 * lossOf(native),
             (record.dump() + native.dump()).c_str());
    QCOMPARE(record["result"]["train_rows"], native["result"]["train_rows"]);
}

void RealEnginesTest::engineWithoutRegressionIsUnsupported()
{
    const auto record = run(path("small.csv"), {"--workload", "logreg", "--engine", "polars"});
    QCOMPARE(exitCode_, 0);
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
    const auto scratch = path("scratch");
    QProcess process;
    process.setProcessEnvironment(environment_);
    process.start(QStringLiteral(SPILLWAY_BINARY_DIR "/bin/spillway"),
                  {"run", "--data", path("small.csv"), "--workload", "etl", "--engine", engine,
                   "--workers", "2", "--repeats", "1000", "--scratch", scratch});
    QVERIFY(process.waitForStarted());
    const auto mark = "SPILLWAY_SCRATCH=" + scratch.toUtf8();
    // Once the engine's own processes are there it is somewhere between its start and its end.
    QTRY_VERIFY_WITH_TIMEOUT(
        !processesMarked(mark).isEmpty() || process.state() == QProcess::NotRunning, patienceMs);
    QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError().constData());
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(patienceMs));
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(processesMarked(mark), QStringList());
    QCOMPARE(QDir(scratch).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList());
}

void RealEnginesTest::usersScriptIsAnEngine()
{
    QFile script(path("my_means.py"));
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
    const auto shared = environment_.value("XDG_DATA_HOME");
    environment_.insert("XDG_DATA_HOME", dir_.path());
    spillway({"engines", "trust", path("my_means.py")});
    QVERIFY2(exitCode_ == 0, errors_.constData());
    const auto record = run(path("small.csv"), {"--workload", "etl", "--engine", "my-means"});
    QVERIFY2(record.value("status", "") == "ok", (record.dump() + errors_.toStdString()).c_str());
    QVERIFY(script.open(QIODevice::Append));
    script.write("# changed\n");
    script.close();
    const auto changed = run(path("small.csv"), {"--workload", "etl", "--engine", "my-means"});
    QVERIFY2(changed.value("status", "") == "unsupported", changed.dump().c_str());
    environment_.insert("XDG_DATA_HOME", shared);
}

QTEST_GUILESS_MAIN(RealEnginesTest)
#include "real_engines_test.moc"
