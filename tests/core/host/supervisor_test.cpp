#include "faults/run_fixture.h"
#include "suites/suites.h"
#include "test_programs.h"
#include "workloads/etl/etl_result.h"

#include <QtTest>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace spillway;
using namespace spillway::test;

namespace {

RunOutcome supervise(const RunFixture& fixture, const Launch& launch, Recorder& recorder,
                     std::stop_token stop = {})
{
    Supervisor supervisor({guardProgram, fixture.scratchRoot(), Seconds(0.05)});
    return supervisor.run(launch, recorder, std::move(stop));
}

QString words(const std::optional<Error>& error)
{
    return error ? QString::fromStdString(error->message) : QString();
}

} // namespace

/// Status, cause and phase of runs that end by themselves, well or badly.
class SupervisorTest : public QObject {
    Q_OBJECT
private slots:
    void goodRunIsOkAndComplete();
    void everyEndingHasItsStatusAndCause_data();
    void everyEndingHasItsStatusAndCause();
    void nothingIsLeftOfARunThatLittersScratch();
    void childGetsCleanSurroundings();
    void variablesThatSteerEnginesDoNotReachThem();
    void anotherUsersDataAreMeasured();
    void groupRowsAreFetchedFromScratch();
    void groupRowsThatDoNotFitTheResultFail_data();
    void groupRowsThatDoNotFitTheResultFail();
    void traceIsBoundedAndCountersAreKept();
    void standardErrorIsKeptToItsLastMebibyte();
    void stampsThatCannotBeTrueAreReplaced();
    void unstartableRunsFailWithTheReason_data();
    void unstartableRunsFailWithTheReason();
    void scratchInMemoryIsRefused();
    void kernelKillIsOutOfMemoryOnlyWithEvidence();
    void descriptorsDoNotLeakOverManyRuns();
};

void SupervisorTest::goodRunIsOkAndComplete()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] = supervise(fixture, fixture.launch({faultChild, "ok"}), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record.error)));
    QVERIFY(!record.error);
    QVERIFY2(record.flags.empty(), record.flags.empty() ? "" : record.flags.front().c_str());
    const std::vector expected{RunState::Starting, RunState::SettingUp, RunState::PreparingCache,
                               RunState::Running,  RunState::Finishing, RunState::Ended};
    QVERIFY(recorder.states == expected);
    QCOMPARE(record.engineVersion, std::string("1.0"));
    QCOMPARE(record.libraries.at("libc"), std::string("2"));
    QCOMPARE(record.settings.at("threads"), std::string("2"));
    QCOMPARE(record.rows, 3);
    QVERIFY(record.result && EtlResult::of(*record.result).groups.size() == 2);
    QVERIFY(record.setupSeconds && *record.setupSeconds > 0);
    QVERIFY(record.seconds && *record.seconds >= 0 && *record.seconds <= record.wallSeconds);
    QVERIFY(record.goAt && record.residency && record.residency->atGo >= 0.99);
    QCOMPARE(record.phases.size(), std::size_t(1));
    QCOMPARE(record.phases[0].name, std::string("load"));
    QVERIFY(record.phases[0].end >= record.phases[0].begin);
    QCOMPARE(record.startedAt.size(), std::string("2026-01-01T00:00:00Z").size());
    QCOMPARE(record.enforcement, std::string("none"));
    QCOMPARE(record.cell.dataset, std::string("0123"));
    QVERIFY(!trace.events.empty() && typeName(trace.events.front()) == "hello");
    QVERIFY(fixture.leftovers().empty());
    QVERIFY(fixture.survivors().empty());
}

void SupervisorTest::everyEndingHasItsStatusAndCause_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("phase");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("flag");
    const auto row = [](const char* mode, const char* status, const char* code, const char* phase,
                        const char* message, const char* flag = "") {
        QTest::newRow(mode) << mode << status << code << phase << message << flag;
    };
    row("silent", "failed", "protocol", "set-up", "exit code 0 without a result");
    row("exit-7", "failed", "engine-failed", "set-up",
        "exit code 7 without a result. Its last output: last words");
    row("garbage", "failed", "protocol", "set-up", "Not JSON: \"Loading ...\"");
    row("endless-line", "failed", "protocol", "set-up", "more than 1 MiB");
    row("deep-json", "failed", "protocol", "set-up", "nested deeper");
    row("no-hello", "failed", "protocol", "set-up", "before \"hello\"");
    row("early-done", "failed", "protocol", "set-up", "\"done\" too early");
    row("early-result", "failed", "protocol", "run", "\"result\" too early");
    row("two-results", "failed", "protocol", "finish", "\"result\" twice");
    row("after-bye", "failed", "protocol", "finish", "after \"bye\"");
    row("no-result", "failed", "protocol", "finish", "\"bye\" too early");
    row("no-result-no-bye", "failed", "protocol", "finish", "exit code 0 without a result");
    row("exit-3", "failed", "engine-failed", "finish", "exit code 3 after its result");
    row("segv", "failed", "engine-failed", "load", "signal 11");
    row("sigkill", "failed", "engine-failed", "load", "signal 9");
    row("close-stdout", "failed", "protocol", "load", "without a result");
    row("error", "failed", "data-unreadable", "load", "Row 7 is bad.");
    row("memory-error", "memory-limit", "memory-limit", "load", "Needs more.");
    row("unsupported", "unsupported", "unsupported", "set-up", "No regression here.");
    row("kill-guard", "failed", "engine-failed", "load", "guard was killed");
    row("no-bye", "ok", "", "", "", "no-bye");
    row("unterminated", "ok", "", "", "");
    row("hang-after-bye", "ok", "", "", "", "hung-after-bye");
    row("orphans", "ok", "", "", "");
}

void SupervisorTest::everyEndingHasItsStatusAndCause()
{
    QFETCH(QString, mode);
    const RunFixture fixture;
    Recorder recorder;
    const auto outcome =
        supervise(fixture, fixture.launch({faultChild, mode.toStdString()}), recorder);
    const auto& record = outcome.record;
    QVERIFY2(fixture.survivors().empty(), "a process of the run is alive");
    QVERIFY2(fixture.leftovers().empty(), "scratch is left");
    QTEST(QString::fromUtf8(name(record.status).data()), "status");
    QFETCH(QString, flag);
    if (!flag.isEmpty())
        QVERIFY(std::ranges::find(record.flags, flag.toStdString()) != record.flags.end());
    QCOMPARE(record.error.has_value(), record.status != RunStatus::Ok);
    if (!record.error) return;
    QTEST(QString::fromUtf8(name(record.error->code).data()), "code");
    QTEST(QString::fromStdString(record.error->phase), "phase");
    QFETCH(QString, message);
    QVERIFY2(words(record.error).contains(message), qPrintable(words(record.error)));
}

void SupervisorTest::nothingIsLeftOfARunThatLittersScratch()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] =
        supervise(fixture, fixture.launch({faultChild, "litter"}), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record.error)));
    QVERIFY(fixture.leftovers().empty());
    QVERIFY(std::filesystem::exists("/etc/passwd"));
}

void SupervisorTest::childGetsCleanSurroundings()
{
    const RunFixture fixture;
    Recorder recorder;
    const int leaked = ::dup(2); // without close-on-exec
    ::signal(SIGUSR1, SIG_IGN);
    const auto [record, trace] =
        supervise(fixture, fixture.launch({faultChild, "surroundings"}), recorder);
    ::signal(SIGUSR1, SIG_DFL);
    ::close(leaked);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record.error)));
    QCOMPARE(recorder.logs.size(), std::size_t(6));
    QCOMPARE(recorder.logs[0], std::string("fds 0 1 2 "));
    QCOMPARE(recorder.logs[1], std::string("signals 0"));
    QCOMPARE(recorder.logs[2], std::string("oom_score_adj 1000"));
    QCOMPARE(recorder.logs[3], "mode " + std::to_string(0700));
    QCOMPARE(recorder.logs[4], std::string("own group"));
    QVERIFY(recorder.logs[5].find((scratchPlace(fixture.scratchRoot()) / "run-").string()) !=
            std::string::npos);
}

void SupervisorTest::variablesThatSteerEnginesDoNotReachThem()
{
    const std::vector<std::string> held{"PYTHONHOME",
                                        "PYTHONPATH",
                                        "PYTHONSTARTUP",
                                        "LD_PRELOAD",
                                        "RAY_memory_usage_threshold",
                                        "DASK_TEMPORARY_DIRECTORY",
                                        "POLARS_MAX_THREADS",
                                        "SPARK_HOME",
                                        "JAVA_TOOL_OPTIONS",
                                        "OMP_NUM_THREADS",
                                        "MALLOC_ARENA_MAX",
                                        "VIRTUAL_ENV"};
    const std::vector<std::string> handedOn{"SPILLWAY_TEST_CREDENTIAL", "RAY_AUTH_TOKEN",
                                            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "HTTPS_PROXY"};
    for (const auto& names : {held, handedOn})
        for (const auto& name : names)
            ::setenv(name.c_str(), "/nowhere", 1);
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] =
        supervise(fixture, fixture.launch({faultChild, "variables"}), recorder);
    for (const auto& names : {held, handedOn})
        for (const auto& name : names)
            ::unsetenv(name.c_str());
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record.error)));
    const auto arrived = [&](const std::string& name) {
        return std::ranges::any_of(recorder.logs,
                                   [&](const auto& line) { return line.starts_with(name + "="); });
    };
    for (const auto& name : held)
        QVERIFY2(!arrived(name), name.c_str());
    for (const auto& name : handedOn)
        QVERIFY2(arrived(name), name.c_str());
    QVERIFY(arrived("PATH") && arrived("HOME"));
}

/// The kernel does not tell this user how warm they are; the run is flagged and goes on.
void SupervisorTest::anotherUsersDataAreMeasured()
{
    if (::geteuid() != 0) QSKIP("needs to become another user");
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer knows no threads of a child that was forked beside others");
#endif
    constexpr uid_t nobody = 65534;
    const RunFixture fixture;
    QCOMPARE(::chmod(fixture.dataPath().parent_path().c_str(), 0755), 0);
    QCOMPARE(::chown(fixture.scratchRoot().c_str(), nobody, nobody), 0);
    for (const auto cache : {CacheState::Warm, CacheState::Cold, CacheState::AsIs}) {
        const pid_t child = ::fork();
        if (child == 0) {
            if (::setresgid(nobody, nobody, nobody) != 0 ||
                ::setresuid(nobody, nobody, nobody) != 0)
                ::_exit(2);
            auto launch = fixture.launch({faultChild, "ok"});
            launch.cache = cache;
            Recorder recorder;
            const auto record = supervise(fixture, launch, recorder).record;
            if (record.error) qWarning("%s", record.error->message.c_str());
            const bool flagged =
                std::ranges::find(record.flags, "residency-unknown") != record.flags.end();
            ::_exit(record.status == RunStatus::Ok && flagged ? 0 : 1);
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
    }
}

void SupervisorTest::groupRowsAreFetchedFromScratch()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] =
        supervise(fixture, fixture.launch({faultChild, "groups"}), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record.error)));
    QCOMPARE(trace.table.rows(), std::size_t(1500));
    QCOMPARE(rowsHash(trace.table), record.result->tableHash);
    QVERIFY(fixture.leftovers().empty());
}

void SupervisorTest::groupRowsThatDoNotFitTheResultFail_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("message");
    QTest::newRow("missing") << "groups-missing"
                             << "wrote no groups.jsonl";
    QTest::newRow("symbolic link") << "groups-link"
                                   << "wrote no groups.jsonl";
    QTest::newRow("fifo") << "groups-fifo"
                          << "wrote no groups.jsonl";
    QTest::newRow("changed") << "groups-changed"
                             << "hash";
    QTest::newRow("short") << "groups-short"
                           << "1499 rows";
    QTest::newRow("long") << "groups-long"
                          << "more rows";
}

void SupervisorTest::groupRowsThatDoNotFitTheResultFail()
{
    QFETCH(QString, mode);
    QFETCH(QString, message);
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] =
        supervise(fixture, fixture.launch({faultChild, mode.toStdString()}), recorder);
    QVERIFY(record.status == RunStatus::Failed);
    QVERIFY2(words(record.error).contains(message), qPrintable(words(record.error)));
    QCOMPARE(record.error->phase, std::string("finish"));
    QVERIFY(fixture.leftovers().empty());
}

void SupervisorTest::traceIsBoundedAndCountersAreKept()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] =
        supervise(fixture, fixture.launch({faultChild, "tasks"}), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record.error)));
    QVERIFY(trace.tasks.size() <= 20000);
    QVERIFY(trace.tasks.size() >= 10000);
    QCOMPARE(record.spilledBytes, 290);
    QCOMPARE(record.restoredBytes, 29);
    QVERIFY(std::ranges::none_of(trace.events, [](const Event& event) {
        return typeName(event) == "tasks" || typeName(event) == "result";
    }));
}

void SupervisorTest::standardErrorIsKeptToItsLastMebibyte()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto flood = supervise(fixture, fixture.launch({faultChild, "stderr-flood"}), recorder);
    QVERIFY(flood.record.status == RunStatus::Ok);
    QCOMPARE(flood.record.stderrTail.size(), std::size_t(1) << 20);
    const auto plain = supervise(fixture, fixture.launch({faultChild, "exit-7"}), recorder);
    QCOMPARE(plain.record.stderrTail, std::string("no such module\nlast words\n"));
}

void SupervisorTest::stampsThatCannotBeTrueAreReplaced()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto late = supervise(fixture, fixture.launch({faultChild, "odd-stamps"}), recorder);
    QVERIFY(late.record.status == RunStatus::Ok);
    QVERIFY(std::ranges::count(late.record.flags, "seconds-from-host") == 1);
    QVERIFY(*late.record.seconds >= 0);
    const auto future = supervise(fixture, fixture.launch({faultChild, "future-stamps"}), recorder);
    QVERIFY(std::ranges::count(future.record.flags, "clock-skew") == 1);
    QVERIFY(*future.record.setupSeconds < 100);
}

void SupervisorTest::unstartableRunsFailWithTheReason_data()
{
    QTest::addColumn<QString>("guard");
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    const auto guard = QString::fromStdString(guardProgram);
    QTest::newRow("no program") << guard << "/nowhere/engine"
                                << "not-found"
                                << "/nowhere/engine";
    QTest::newRow("no right to run it") << guard << "/etc/passwd"
                                        << "not-permitted"
                                        << "/etc/passwd";
    QTest::newRow("relative program") << guard << "engine"
                                      << "invalid-argument"
                                      << "absolute";
    QTest::newRow("no guard") << "/nowhere/guard"
                              << "/bin/true"
                              << "not-found"
                              << "/nowhere/guard";
    QTest::newRow("guard is another program") << "/bin/true"
                                              << "/bin/true"
                                              << "engine-failed"
                                              << "guard was killed";
}

void SupervisorTest::unstartableRunsFailWithTheReason()
{
    QFETCH(QString, guard);
    QFETCH(QString, program);
    QFETCH(QString, message);
    const RunFixture fixture;
    Recorder recorder;
    Supervisor supervisor({guard.toStdString(), fixture.scratchRoot(), Seconds(0.05)});
    const auto outcome = supervisor.run(fixture.launch({program.toStdString()}), recorder, {});
    QVERIFY(outcome.record.status == RunStatus::Failed);
    QTEST(QString::fromUtf8(name(outcome.record.error->code).data()), "code");
    QVERIFY2(words(outcome.record.error).contains(message),
             qPrintable(words(outcome.record.error)));
    QVERIFY(!outcome.record.error->phase.empty());
    QVERIFY(recorder.states.back() == RunState::Ended);
    QVERIFY(fixture.leftovers().empty());
}

void SupervisorTest::scratchInMemoryIsRefused()
{
    QTemporaryDir memory("/dev/shm/spillway-test-XXXXXX");
    if (!memory.isValid()) QSKIP("There is no /dev/shm here.");
    const RunFixture fixture;
    Recorder recorder;
    Supervisor supervisor({guardProgram, memory.path().toStdString(), Seconds(0.05)});
    const auto outcome = supervisor.run(fixture.launch({faultChild, "ok"}), recorder, {});
    QVERIFY(outcome.record.status == RunStatus::Failed);
    QVERIFY2(words(outcome.record.error).contains("is in memory"),
             qPrintable(words(outcome.record.error)));
}

void SupervisorTest::kernelKillIsOutOfMemoryOnlyWithEvidence()
{
    const std::filesystem::path group =
        "/sys/fs/cgroup/memory/spillway-test-" + std::to_string(::getpid());
    std::error_code failed;
    if (!std::filesystem::create_directory(group, failed))
        QSKIP("A memory cgroup cannot be made here.");
    std::ofstream(group / "memory.limit_in_bytes") << "67108864";
    const RunFixture fixture;
    Recorder recorder;
    const auto outcome =
        supervise(fixture, fixture.launch({faultChild, "oom", group.string()}), recorder);
    QTRY_VERIFY(::rmdir(group.c_str()) == 0 || errno == ENOENT);
    QVERIFY2(outcome.record.status == RunStatus::OutOfMemory,
             qPrintable(words(outcome.record.error)));
    QCOMPARE(outcome.record.error->phase, std::string("load"));
}

void SupervisorTest::descriptorsDoNotLeakOverManyRuns()
{
    const auto open = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    const RunFixture fixture;
    Recorder recorder;
    const auto before = open();
    for (int i = 0; i < 20; ++i)
        supervise(fixture, fixture.launch({faultChild, i % 2 ? "ok" : "segv"}), recorder);
    QCOMPARE(open(), before);
}

SPILLWAY_TESTS(SupervisorTest, QCoreApplication)
#include "supervisor_test.moc"
