#include "suites/suites.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

using Json = nlohmann::json;

/// A kind of work that is a folder and nothing else (tests/example_kind/row_count): command line,
/// help, plan, run, check, session, comparison and export know it.
class RowCountTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void helpTellsItsOptions();
    void itRunsIsCheckedAndCompared();
    void itsParameterCounts();
    void badParametersAndColumnsAreRefused_data();
    void badParametersAndColumnsAreRefused();
    void anEngineWithoutItIsUnsupported();
    void itIsExported();

private:
    struct Outcome {
        int code = -1;
        QByteArray out;
        QByteArray err;
    };
    Outcome spillway(const QStringList& arguments) const;
    QString path(const char* name) const { return directory_.filePath(name); }

    QTemporaryDir directory_;
};

RowCountTest::Outcome RowCountTest::spillway(const QStringList& arguments) const
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char* name :
         {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
        environment.insert(name, directory_.filePath(name));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(directory_.path());
    process.start(EXAMPLE_PROGRAM, arguments);
    if (!process.waitForFinished(120'000)) return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void RowCountTest::initTestCase()
{
    QFile file(path("d.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("k,x\n");
    for (int i = 0; i < 1000; ++i)
        file.write(i % 10 == 0 ? ",1\n" : i % 10 == 1 ? "  ,2\n" : "a,3\n");
}

void RowCountTest::helpTellsItsOptions()
{
    const auto help = spillway({"run", "--help"});
    QCOMPARE(help.code, 0);
    QVERIFY2(help.out.contains("etl, logreg or row_count") || help.out.contains("row_count"),
             help.out);
    QVERIFY2(help.out.contains("--counted COLUMN"), help.out);
}

void RowCountTest::itRunsIsCheckedAndCompared()
{
    const auto ran = spillway({"run", "--data", "d.csv", "--workload", "row_count", "--counted",
                               "k", "--engine", "chunked", "--workers", "1,2", "--repeats", "1",
                               "--json", "--session", "s.spillway"});
    QVERIFY2(ran.code == 0, ran.err);
    int measured = 0;
    for (const auto& line : ran.out.split('\n')) {
        if (line.isEmpty()) continue;
        const Json run = Json::parse(line.toStdString());
        QCOMPARE(run["status"], Json("ok"));
        QCOMPARE(run["workload"], Json("row_count"));
        QCOMPARE(run["rows"], Json(1000));
        QCOMPARE(run["result"]["measures"]["blank_share"], Json(0.1));
        QCOMPARE(run["result"]["table"]["rows"],
                 Json::array({Json::array({"blank", 100}), Json::array({"filled", 900})}));
        const auto flags = run["flags"].get<std::vector<std::string>>();
        QVERIFY(std::ranges::find(flags, "unchecked") == flags.end());
        ++measured;
    }
    QCOMPARE(measured, 4); // two warm-ups and two repeats
    const auto compared = spillway({"compare", "s.spillway", "--json"});
    QVERIFY2(compared.code == 0, compared.err);
    QVERIFY2(compared.out.contains("row_count") && compared.out.contains("\"blank_share\":0.1"),
             compared.out.left(3000));
}

void RowCountTest::itsParameterCounts()
{
    const auto ran = spillway({"run", "--data", "d.csv", "--workload", "row_count", "--counted",
                               "k", "--param", "blank=true", "--engine", "chunked", "--workers",
                               "2", "--repeats", "1", "--json", "--session", "p.spillway"});
    QVERIFY2(ran.code == 0, ran.err);
    const Json run = Json::parse(ran.out.left(ran.out.indexOf('\n')).toStdString());
    QCOMPARE(run["result"]["measures"]["blank_share"], Json(0.2));
}

void RowCountTest::badParametersAndColumnsAreRefused_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("a column of nowhere")
        << QStringList{"--counted", "q"} << QByteArray("no column q");
    QTest::newRow("a parameter of nowhere")
        << QStringList{"--counted", "k", "--param", "solver=sgd"} << QByteArray("solver");
    QTest::newRow("no flag") << QStringList{"--counted", "k", "--param", "blank=5"}
                             << QByteArray("true or false");
}

void RowCountTest::badParametersAndColumnsAreRefused()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, words);
    const auto ran = spillway(QStringList{"run", "--data", "d.csv", "--workload", "row_count",
                                          "--engine", "chunked", "--session", "b.spillway"} +
                              options);
    QCOMPARE(ran.code, 2);
    QVERIFY2(ran.err.contains(words), ran.err);
}

void RowCountTest::anEngineWithoutItIsUnsupported()
{
    const auto ran = spillway({"run", "--data", "d.csv", "--workload", "row_count", "--counted",
                               "k", "--engine", "objectstore", "--workers", "1", "--repeats", "1",
                               "--json", "--session", "u.spillway"});
    const Json run = Json::parse(ran.out.left(ran.out.indexOf('\n')).toStdString());
    QCOMPARE(run["status"], Json("unsupported"));
    QVERIFY2(
        QString::fromStdString(run["error"]["message"].get<std::string>()).contains("row count"),
        ran.out);
}

void RowCountTest::itIsExported()
{
    const auto exported =
        spillway({"export", "s.spillway", "--out", "out", "--format", "csv,json,md"});
    QVERIFY2(exported.code == 0, exported.err);
    QVERIFY2(QDir(path("out")).entryList(QDir::Files).size() >= 3,
             qPrintable(QDir(path("out")).entryList().join(' ')));
    QFile runs(path("out/runs.csv"));
    QVERIFY(runs.open(QIODevice::ReadOnly));
    QVERIFY(runs.readLine().contains("blank_share"));
    // What it measures is drawn.
    const auto drawn = spillway({"export", "s.spillway", "--out", "drawn", "--format", "svg,csv",
                                 "--only", "blank-share,blank-rows"});
    QVERIFY2(drawn.code == 0, drawn.err);
    const auto files = QDir(path("drawn")).entryList(QDir::Files);
    QVERIFY2(!files.filter("blank-share.svg").isEmpty() &&
                 !files.filter("blank-rows.svg").isEmpty(),
             qPrintable(files.join(' ')));
    QFile summary(directory_.filePath("drawn/" + files.filter("summary.csv").value(0)));
    QVERIFY(summary.open(QIODevice::ReadOnly));
    QVERIFY(summary.readLine().contains("blank_rows"));
}

SPILLWAY_TESTS(RowCountTest, QCoreApplication)
#include "row_count_test.moc"
