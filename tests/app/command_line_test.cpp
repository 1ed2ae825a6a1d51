#include "base/json.h"
#include "shell_program.h"
#include "suites/suites.h"

#include "session/session_store.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace spillway;

/// Drives the real program as a shell would. Contracts: docs/command-line.md.
class CommandLineTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();

    void generateWritesDataAndManifest();
    void generateRefusesToReplaceWithoutForce();
    void interruptedGenerateLeavesNothing();
    void runPrintsOneJsonLineARun();
    void runWithoutJsonPrintsATableAndKeepsStdoutFreeOfProgress();
    void planFileGivesTheSameRuns();
    void dryRunStartsNothing();
    void everyLimitHasItsOwnVerdict();
    void continueRunsOnlyWhatIsMissing();
    void continueAloneTakesThePlanFromTheSession();
    void aSessionKeepsItsDefaultLimit();
    void interruptedRunExitsWith130AndKeepsFinishedRuns();
    void failedRunExitsWithOneUnlessIgnored();
    void dataThatCannotBeReadExitWithThree();
    void aLimitAboveTheFreeMemoryIsSaid();
    void compareGivesVerdictAndCells();
    void exportNeedsNoDisplay();
    void enginesListsTheNativeOne();
    void doctorReportsEverySubject();

private:
    auto spillway(const QStringList& arguments) const { return program_.run(arguments); }
    QString path(const char* name) const { return program_.path(name); }
    QStringList smallRun() const;

    const testing::ShellProgram program_;
};

QStringList CommandLineTest::smallRun() const
{
    return {"run", "--data", path("small.csv"), "--engine", "chunked", "--memory-limit", "none"};
}

void CommandLineTest::initTestCase()
{
    const auto made = spillway({"generate", path("small.csv"), "--rows", "20000", "--signal", "4"});
    QVERIFY2(made.exitCode == 0, made.err.constData());
}

void CommandLineTest::generateWritesDataAndManifest()
{
    const auto made =
        spillway({"generate", path("made.csv"), "--rows", "1000", "--split", "2", "--json"});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    QCOMPARE(made.lines().size(), 1);
    QCOMPARE(made.lines().front()["rows"].get<int>(), 1000);
    QVERIFY(QFile::exists(path("made.csv.json")));
    QCOMPARE(made.lines().front()["parts"].size(), std::size_t(2));
}

void CommandLineTest::generateRefusesToReplaceWithoutForce()
{
    const auto again = spillway({"generate", path("small.csv"), "--rows", "10"});
    QCOMPARE(again.exitCode, 1);
    QVERIFY(again.err.contains("--force"));
}

void CommandLineTest::interruptedGenerateLeavesNothing()
{
    const QString directory = path("interrupted");
    QVERIFY(QDir().mkpath(directory));
    const auto process = program_.start({"generate", directory + "/big.csv", "--size", "8GB"});
    QVERIFY(process->waitForStarted());
    // The file has no name while it is written: that it has begun is seen on the descriptors.
    const auto writes = [&] {
        const QDir descriptors(QStringLiteral("/proc/%1/fd").arg(process->processId()));
        for (const auto& entry :
             descriptors.entryInfoList(QDir::System | QDir::Files | QDir::Hidden))
            if (entry.symLinkTarget().startsWith(directory)) return true;
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(writes(), 20'000);
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGINT), 0);
    QVERIFY(process->waitForFinished(10'000));
    QCOMPARE(process->exitCode(), 130);
    QVERIFY(QDir(directory).isEmpty(QDir::Files | QDir::Hidden));
}

void CommandLineTest::runPrintsOneJsonLineARun()
{
    const auto run = spillway(smallRun() << "--workload"
                                         << "etl"
                                         << "--workers"
                                         << "1,2"
                                         << "-r"
                                         << "2"
                                         << "-w"
                                         << "0"
                                         << "--json"
                                         << "--session" << path("json.spillway"));
    QVERIFY2(run.exitCode == 0, run.err.constData());
    const auto lines = run.lines();
    QCOMPARE(lines.size(), 4);
    for (const auto& line : lines) {
        QCOMPARE(line["status"].get<std::string>(), "ok");
        QVERIFY(line["seconds"].get<double>() > 0);
        QVERIFY(line["peak_bytes"].get<std::int64_t>() > 0);
        QCOMPARE(line["rows"].get<int>(), 20000);
        QCOMPARE(line["result"]["groups"].size(), std::size_t(4));
        QCOMPARE(line["result"], lines.front()["result"]);
    }
}

void CommandLineTest::runWithoutJsonPrintsATableAndKeepsStdoutFreeOfProgress()
{
    const auto run = spillway(smallRun() << "--workload"
                                         << "logreg"
                                         << "--workers"
                                         << "2"
                                         << "-r"
                                         << "1"
                                         << "-w"
                                         << "0"
                                         << "--session" << path("table.spillway"));
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY(run.out.contains("Chunked"));
    QVERIFY(!run.out.contains('\r'));
    QVERIFY(!run.out.contains("[1/1]"));
    QVERIFY(run.err.contains("[1/1]"));
}

void CommandLineTest::planFileGivesTheSameRuns()
{
    const QStringList options = smallRun() << "--workload"
                                           << "etl"
                                           << "--workers"
                                           << "1,2"
                                           << "-r"
                                           << "1";
    const auto dry = spillway(options + QStringList{"--dry-run", "--json"});
    QVERIFY2(dry.exitCode == 0, dry.err.constData());
    QCOMPARE(dry.lines().size(), 1);
    QFile file(path("plan.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toLine(dry.lines().front()["plan"]).c_str());
    file.close();
    const auto fromFile = spillway({"run", path("plan.json"), "--dry-run"});
    QVERIFY2(fromFile.exitCode == 0, fromFile.err.constData());
    QCOMPARE(fromFile.out, spillway(options + QStringList{"--dry-run"}).out);
}

void CommandLineTest::dryRunStartsNothing()
{
    const auto dry = spillway(smallRun() << "--workload"
                                         << "etl"
                                         << "--dry-run"
                                         << "--session" << path("dry.spillway"));
    QCOMPARE(dry.exitCode, 0);
    QVERIFY(!QFile::exists(path("dry.spillway")));
}

/// The engine is the manual's own example: a verdict names only what can be deployed. Its name is
/// that of the file, with "-" for what a name of an engine cannot have.
void CommandLineTest::everyLimitHasItsOwnVerdict()
{
    const QString script = QStringLiteral(SPILLWAY_SOURCE_DIR "/docs/examples/group_means.py");
    const auto trusted = spillway({"engines", "trust", script});
    QVERIFY2(trusted.exitCode == 0, trusted.err.constData());
    const QStringList plan{"run",
                           "--data",
                           path("small.csv"),
                           "--workload",
                           "etl",
                           "--engine",
                           "group-means",
                           "--memory-limit",
                           "4GB,2GB",
                           "--workers",
                           "1",
                           "-r",
                           "1",
                           "-w",
                           "0",
                           "--session",
                           path("limits.spillway")};
    const auto dry = spillway(plan + QStringList{"--dry-run"});
    for (const char* words : {"limit", "4.00 GB", "2.00 GB", "2 runs; "})
        QVERIFY2(dry.out.contains(words), dry.out.constData());
    const auto run = spillway(plan);
    QVERIFY2(run.exitCode == 0, run.err.constData());
    QVERIFY2(run.err.contains("within 4.00 GB") && run.err.contains("within 2.00 GB"),
             run.err.constData());
    QCOMPARE(run.out.count("Fastest within 4 GB"), 1);
    QCOMPARE(run.out.count("Fastest within 2 GB"), 1);
}

void CommandLineTest::continueRunsOnlyWhatIsMissing()
{
    const QStringList base = smallRun() << "--workload"
                                        << "etl"
                                        << "-r"
                                        << "1"
                                        << "-w"
                                        << "0"
                                        << "--json"
                                        << "--session" << path("continue.spillway");
    QCOMPARE(spillway(base + QStringList{"--workers", "1"}).lines().size(), 1);
    const auto more = spillway(base + QStringList{"--workers", "1,2", "--continue"});
    QVERIFY2(more.exitCode == 0, more.err.constData());
    QCOMPARE(more.lines().size(), 1);
    QCOMPARE(more.lines().front()["workers"].get<int>(), 2);
}

void CommandLineTest::continueAloneTakesThePlanFromTheSession()
{
    const QString session = path("alone.spillway");
    const auto process(program_.start(smallRun() << "--workload"
                                                 << "etl"
                                                 << "-r"
                                                 << "40"
                                                 << "-w"
                                                 << "0"
                                                 << "--json"
                                                 << "--session" << session));
    QVERIFY(process->waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(process->bytesAvailable() > 0, 60'000);
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGINT), 0);
    QVERIFY(process->waitForFinished(20'000));
    // A run that was interrupted is done again; the stop may also have come between two runs.
    const auto finished = process->readAllStandardOutput().count("\"status\":\"ok\"");
    const auto rest = spillway({"run", "--session", session, "--continue", "--json"});
    QVERIFY2(rest.exitCode == 0, rest.err.constData());
    QVERIFY2(rest.err.contains("last plan"), rest.err.constData());
    QCOMPARE(rest.lines().size(), 40 - finished);
    // Nothing is left; nothing may contradict it.
    QCOMPARE(spillway({"run", "--session", session, "--continue", "--json"}).lines().size(), 0);
    const auto other =
        spillway({"run", "--session", session, "--continue", "--engine", "objectstore"});
    QCOMPARE(other.exitCode, 2);
    QVERIFY2(other.err.contains("--engine cannot be combined with --continue alone"),
             other.err.constData());
    QVERIFY(spillway({"run", "--session", path("none.spillway"), "--continue"}).exitCode != 0);
    QVERIFY(!QFile::exists(path("none.spillway")));
}

void CommandLineTest::aSessionKeepsItsDefaultLimit()
{
    const QStringList run{"run",
                          "--data",
                          path("small.csv"),
                          "--workload",
                          "etl",
                          "--engine",
                          "chunked",
                          "-r",
                          "1",
                          "-w",
                          "0",
                          "--json",
                          "--session",
                          path("limit.spillway"),
                          "--workers"};
    const auto first = spillway(run + QStringList{"1"});
    const auto more = spillway(run + QStringList{"1,2", "--continue"});
    QVERIFY2(more.exitCode == 0, more.err.constData());
    QCOMPARE(more.lines().size(), 1);
    QCOMPARE(more.lines().front()["memory_limit"], first.lines().front()["memory_limit"]);
    QVERIFY(!first.lines().front()["memory_limit"].is_null());
}

void CommandLineTest::interruptedRunExitsWith130AndKeepsFinishedRuns()
{
    const QString session = path("interrupted.spillway");
    const auto process(program_.start(smallRun() << "--workload"
                                                 << "etl"
                                                 << "-r"
                                                 << "500"
                                                 << "-w"
                                                 << "0"
                                                 << "--json"
                                                 << "--session" << session));
    QVERIFY(process->waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(process->bytesAvailable() > 0, 30'000);
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGINT), 0);
    QVERIFY(process->waitForFinished(10'000));
    QCOMPARE(process->exitCode(), 130);
    const auto store = SessionStore::open(session.toStdString());
    QVERIFY(store.has_value());
    const auto runs = store->runs();
    QVERIFY(runs.has_value());
    QVERIFY(!runs->empty());
    QVERIFY(!store->plans()->front().finished);
}

void CommandLineTest::failedRunExitsWithOneUnlessIgnored()
{
    QFile file(path("one_class.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("k,x\n");
    for (int i = 0; i < 2'000; ++i)
        file.write("a,0.5\n");
    file.close();
    const QStringList run{"run",        "--data",     path("one_class.csv"),
                          "--workload", "logreg",     "--label",
                          "k",          "--features", "x",
                          "--engine",   "chunked",    "-r",
                          "1",          "-w",         "0",
                          "--json",     "--session",  path("one_class.spillway")};
    const auto failed = spillway(run);
    QVERIFY2(failed.exitCode == 1, failed.err.constData());
    QCOMPARE(failed.lines().front()["status"].get<std::string>(), "failed");
    QCOMPARE(spillway(run + QStringList{"-i"}).exitCode, 0);
}

void CommandLineTest::dataThatCannotBeReadExitWithThree()
{
    QFile file(path("bad.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    // Good to the eye of the guess, which samples the file, and broken where it does not look.
    file.write("k,x\n");
    for (int i = 0; i < 200'000; ++i)
        file.write("a,0.5\n");
    file.write("a,b,c\n");
    file.close();
    const QStringList run{"run",
                          "--data",
                          path("bad.csv"),
                          "--workload",
                          "etl",
                          "--engine",
                          "chunked",
                          "-r",
                          "1",
                          "-w",
                          "0",
                          "--json",
                          "--group-by",
                          "k",
                          "--values",
                          "x",
                          "--memory-limit",
                          "none"};
    for (const auto& more : {QStringList(), QStringList{"-i"}}) {
        const auto unreadable = spillway(run + more);
        QVERIFY2(unreadable.exitCode == 3, unreadable.err.constData());
        const Json line = unreadable.lines().front();
        QCOMPARE(line["status"].get<std::string>(), "failed");
        QCOMPARE(line["error"]["code"].get<std::string>(), "data-unreadable");
        QVERIFY(line["error"]["message"].get<std::string>().find("200002") != std::string::npos);
    }
}

void CommandLineTest::aLimitAboveTheFreeMemoryIsSaid()
{
    QFile file(path("little.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("k,x\na,0.5\nb,1.5\n");
    file.close();
    const auto run = [&](const char* limit) {
        return spillway({"run", "--data", path("little.csv"), "--workload", "etl", "--engine",
                         "chunked", "-r", "1", "-w", "0", "--session", path(limit),
                         "--memory-limit", limit});
    };
    const auto large = run("900TB");
    QVERIFY2(large.exitCode == 0 && large.err.contains("are free now"), large.err.constData());
    const auto small = run("100MB");
    QVERIFY2(small.exitCode == 0 && !small.err.contains("are free now"), small.err.constData());
}

void CommandLineTest::compareGivesVerdictAndCells()
{
    const auto text = spillway({"compare", path("json.spillway")});
    QVERIFY2(text.exitCode == 0, text.err.constData());
    QVERIFY(text.out.contains("speedup(p) = T(p₀) / T(p)"));
    const auto json = spillway(
        {"compare", path("json.spillway"), "--json", "--baseline", "1", "--reference", "chunked"});
    QCOMPARE(json.lines().size(), 1);
    QCOMPARE(json.lines().front()["baseline_workers"].get<int>(), 1);
    QVERIFY(!json.lines().front()["verdict"].get<std::string>().empty());
    const auto recommendation = json.lines().front()["recommendation"];
    QCOMPARE(recommendation["reference"]["engine"].get<std::string>(), std::string("chunked"));
    QVERIFY(recommendation["leader"].is_null() && recommendation["snippet"].is_null());
    const auto both =
        spillway({"compare", path("json.spillway"), path("json.spillway"), "--json"}).lines();
    QCOMPARE(both.size(), 2);
    QVERIFY(!both.front().contains("no_ratio"));
    QVERIFY(both.back()["no_ratio"].empty());
    QCOMPARE(both.back()["ratio_to_first"]["rows"][0]["seconds_ratio"].get<double>(), 1.0);
    QCOMPARE(spillway({"compare", path("nowhere.spillway")}).exitCode, 1);
}

void CommandLineTest::exportNeedsNoDisplay()
{
    const auto exported = spillway({"export", path("json.spillway"), "--out", path("out")});
    QVERIFY2(exported.exitCode == 0, exported.err.constData());
    const QDir out(path("out"));
    for (const char* format : {"png", "svg", "pdf", "csv", "json", "md", "tex", "html"})
        QVERIFY2(!out.entryList({QStringLiteral("*.") + format}).isEmpty(), format);
    for (const auto& file : out.entryInfoList(QDir::Files))
        QVERIFY2(file.size() > 100, qPrintable(file.fileName()));
    const auto only = spillway({"export", path("json.spillway"), "--out", path("only"), "--format",
                                "svg", "--only", "speedup"});
    QCOMPARE(only.exitCode, 0);
    QCOMPARE(QDir(path("only")).entryList(QDir::Files).size(), 1);
    const auto overlaid = spillway({"export", path("json.spillway"), "--out", path("overlaid"),
                                    "--format", "html", "--overlay", "published"});
    QVERIFY2(overlaid.exitCode == 0, overlaid.err.constData());
    QFile report(path("overlaid/report.html"));
    QVERIFY(report.open(QIODevice::ReadOnly));
    QVERIFY(report.readAll().contains("Table I, published"));
    QCOMPARE(spillway({"export", path("json.spillway"), "--out", path("only"), "--only", "beauty"})
                 .exitCode,
             2);
}

void CommandLineTest::enginesListsTheNativeOne()
{
    QVERIFY(spillway({"engines"}).out.contains("chunked"));
    const auto json = spillway({"engines", "list", "--json"});
    QVERIFY(!json.lines().isEmpty());
    QCOMPARE(json.lines().front()["state"].get<std::string>(), "ready");
    QCOMPARE(spillway({"engines", "install", "warp"}).exitCode, 2);
}

void CommandLineTest::doctorReportsEverySubject()
{
    const auto report = spillway({"doctor", "--json"});
    QStringList subjects;
    for (const auto& line : report.lines())
        subjects << QString::fromStdString(line["subject"].get<std::string>());
    for (const char* subject :
         {"Processor", "Memory", "Scratch", "Worker program", "Manual", "Engine chunked"})
        QVERIFY2(subjects.contains(subject), subject);
}

SPILLWAY_TESTS(CommandLineTest, QCoreApplication)
#include "command_line_test.moc"
