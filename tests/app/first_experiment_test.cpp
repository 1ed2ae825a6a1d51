#include "shell_program.h"
#include "suites/suites.h"

#include "session/session_store.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QtTest>

#include <csignal>
#include <set>

using namespace spillway;

/// `spillway try`, as `./run` starts it where there is no display. Without the real engines: only
/// Spillway's own are ready in a new place.
class FirstExperimentTest : public QObject {
    Q_OBJECT
private slots:
    void init() { program_ = std::make_unique<testing::ShellProgram>(); }
    void endsWithVerdictReportAndTheNextCommand();
    void secondStartRepeatsNothing();
    void againMeasuresAnew();
    void interruptedItGoesOn();
    void withoutAPackageIndexItSaysSoAndGoesOn();

private:
    auto tryIt(const QStringList& more = {}) const
    {
        return program_->run(QStringList{"try"} + more);
    }
    QString session() const
    {
        return program_->path("spillway/sessions/first-experiment.spillway");
    }
    QString report() const { return program_->path("spillway/first-experiment/report.html"); }
    Result<SessionStore> store() const
    {
        return SessionStore::openReadOnly(session().toStdString());
    }

    std::unique_ptr<testing::ShellProgram> program_;
};

void FirstExperimentTest::endsWithVerdictReportAndTheNextCommand()
{
    const auto outcome = tryIt({"--no-engines"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    QVERIFY2(outcome.out.contains("Spillway's own engine: "), outcome.out.constData());
    QVERIFY(!outcome.err.contains("Setting up"));
    QVERIFY2(outcome.err.contains("Report: " + report().toUtf8()), outcome.err.constData());
    QFile page(report());
    QVERIFY(page.open(QIODevice::ReadOnly));
    QVERIFY(page.readAll().contains("Group-by mean"));
    QVERIFY2(outcome.err.contains(" run --data YOUR.csv --workload etl --engine "
                                  "chunked,objectstore --workers "),
             outcome.err.constData());
    QVERIFY(!outcome.err.contains("--again"));
    const auto plans = store()->plans();
    QCOMPARE(plans->size(), std::size_t(1));
    QVERIFY(plans->front().finished);
}

void FirstExperimentTest::secondStartRepeatsNothing()
{
    const auto first = tryIt({"--no-engines"});
    QVERIFY2(first.exitCode == 0, first.err.constData());
    const auto runs = store()->runs()->size();
    const auto written = QFileInfo(session()).lastModified();
    // Also where the engines are missing: nothing is set up that was not asked for.
    const auto second = tryIt();
    QVERIFY2(second.exitCode == 0, second.err.constData());
    QCOMPARE(second.out, first.out);
    QVERIFY(!second.err.contains("Setting up") && !second.err.contains("Generating"));
    QVERIFY2(second.err.contains(" try --again"), second.err.constData());
    QVERIFY2(second.err.contains("Not set up yet: Polars, DuckDB, Dask and Ray"),
             second.err.constData());
    QCOMPARE(store()->runs()->size(), runs);
    QCOMPARE(QFileInfo(session()).lastModified(), written);
}

void FirstExperimentTest::againMeasuresAnew()
{
    QCOMPARE(tryIt({"--no-engines"}).exitCode, 0);
    const auto runs = store()->runs()->size();
    const auto again = tryIt({"--no-engines", "--again"});
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QVERIFY(!again.err.contains("Generating")); // the data are there
    QVERIFY(store()->runs()->size() > runs);    // as many again, where the budget has room for all
    QCOMPARE(store()->plans()->size(), std::size_t(2));
}

void FirstExperimentTest::interruptedItGoesOn()
{
    const auto process = program_->start({"try", "--no-engines"});
    process->setReadChannel(QProcess::StandardError);
    QByteArray said;
    while (!said.contains("warm-up") && process->waitForReadyRead(60'000))
        said += process->readAllStandardError();
    QVERIFY2(said.contains("warm-up"), said.constData());
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QVERIFY(process->waitForFinished(60'000));
    if (process->exitCode() == 0) QSKIP("It had ended before it could be interrupted.");
    QCOMPARE(process->exitCode(), 130);
    QVERIFY(!store()->plans()->front().finished);
    const auto outcome = tryIt({"--no-engines"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    QCOMPARE(store()->plans()->size(), std::size_t(1));
    // Five of each engine, where the budget has room for them; none twice.
    std::multiset<std::pair<std::string, int>> counted;
    for (const auto& run : *store()->runs())
        if (run.status == RunStatus::Ok && !run.warmup) counted.emplace(run.cell.engine, run.round);
    const std::set<std::pair<std::string, int>> once(counted.begin(), counted.end());
    QCOMPARE(counted.size(), once.size());
    if (store()->plans()->front().leftOut.empty()) QCOMPARE(counted.size(), std::size_t(10));
}

void FirstExperimentTest::withoutAPackageIndexItSaysSoAndGoesOn()
{
    for (const char* variable : {"PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"})
        program_->set(variable, QStringLiteral("http://127.0.0.1:9/simple"));
    program_->set("PIP_FIND_LINKS", {});
    const auto outcome = tryIt();
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    QVERIFY2(outcome.err.contains("Setting up Polars, DuckDB, Dask and Ray: about "),
             outcome.err.constData());
    QCOMPARE(outcome.err.count("The Python package index cannot be reached."), 1);
    QVERIFY2(outcome.out.contains("Spillway's own engine: "), outcome.out.constData());
    QVERIFY(QFile::exists(report()));
    QVERIFY(!QFile::exists(program_->path("spillway/environments/polars")));
}

SPILLWAY_TESTS(FirstExperimentTest, QCoreApplication)
#include "first_experiment_test.moc"
