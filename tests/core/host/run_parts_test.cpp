#include "host/line_reader.h"
#include "host/run_recorder.h"
#include "host/run_status.h"
#include "host/thinned.h"
#include "host/watchdog.h"
#include "suites/suites.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

using namespace spillway;

/// The parts of the supervisor that need no process.
class RunPartsTest : public QObject {
    Q_OBJECT
private slots:
    void linesAreTheSameForEveryCut();
    void endlessLineIsGivenUpWithoutHoldingIt();
    void tailKeepsTheEndAsPlainText();
    void thinnedSeriesKeepsItsBoundAndItsPeak();
    void watchdogWantsTwoSamplesRunning();
    void oomEvidenceDecidesAKill_data();
    void oomEvidenceDecidesAKill();
    void stopOutweighsEveryEndingButAHangAfterBye();
    void memoryOfAClusterIsThatOfItsNodes_data();
    void memoryOfAClusterIsThatOfItsNodes();
    void otherLoadWhileARunIsMeasuredIsFlagged();
    void stampsAreBelievedToFiftyMilliseconds_data();
    void stampsAreBelievedToFiftyMilliseconds();
    void timeUnseenIsFlagged_data();
    void timeUnseenIsFlagged();
    void aMachineThatSleptIsFlagged();
};

void RunPartsTest::linesAreTheSameForEveryCut()
{
    const std::string text = "one\n\nthree is longer\nfour\nrest";
    for (std::size_t cut = 1; cut <= text.size(); ++cut) {
        LineReader reader(16);
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < text.size(); at += cut) {
            reader.append(std::string_view(text).substr(at, cut));
            while (const auto line = reader.next())
                lines.emplace_back(*line);
        }
        QVERIFY((lines == std::vector<std::string>{"one", "", "three is longer", "four"}));
        QCOMPARE(std::string(reader.rest()), std::string("rest"));
    }
}

void RunPartsTest::endlessLineIsGivenUpWithoutHoldingIt()
{
    LineReader exact(4);
    exact.append("abcd\n");
    QCOMPARE(std::string(exact.next().value()), std::string("abcd"));
    LineReader reader(4);
    reader.append("abcde");
    QVERIFY(!reader.next() && reader.overflowed());
    reader.append("\nok\n");
    QVERIFY(!reader.next());
    QVERIFY(reader.rest().empty());
}

void RunPartsTest::tailKeepsTheEndAsPlainText()
{
    TailBuffer tail(8);
    for (int i = 0; i < 100; ++i)
        tail.append("0123456789\n");
    QCOMPARE(tail.plainText(), std::string("3456789\n"));
    TailBuffer coloured(100);
    coloured.append("\x1b[1;31mred\x1b[0m\tnow\r\n\x07"
                    "end\x1b");
    QCOMPARE(coloured.plainText(), std::string("red\tnow\nend"));
    QCOMPARE(lastLine("first\nlast \n \n"), std::string("last"));
    QCOMPARE(lastLine("\n\n"), std::string());
}

void RunPartsTest::thinnedSeriesKeepsItsBoundAndItsPeak()
{
    const auto larger = [](int a, int b) { return b > a; };
    Thinned<int, bool (*)(int, int)> series(100, larger);
    for (int i = 0; i < 12345; ++i)
        series.add(i == 7777 ? 1'000'000 : i % 10);
    QVERIFY(series.size() <= 100 && series.size() >= 50);
    QCOMPARE(series.stride(), std::size_t(128));
    const auto values = series.take();
    QCOMPARE(std::ranges::max(values), 1'000'000);
}

void RunPartsTest::watchdogWantsTwoSamplesRunning()
{
    const auto sample = [](Bytes anon, Bytes shared) {
        Sample reading;
        reading.anon = anon;
        reading.shared = shared;
        reading.file = 1000;
        return reading;
    };
    Watchdog watchdog(100);
    QVERIFY(!watchdog.check(sample(60, 40)));
    QVERIFY(!watchdog.check(sample(61, 40)));
    QVERIFY(!watchdog.check(sample(60, 40)));
    QVERIFY(!watchdog.check(sample(0, 101)));
    QVERIFY(watchdog.check(sample(101, 0)));
    Watchdog done(100);
    done.workIsDone();
    QVERIFY(!done.check(sample(200, 0)));
    QVERIFY(!done.check(sample(200, 0)));
    QVERIFY(!done.check(sample(201, 0)));
    QVERIFY(done.check(sample(201, 0)));
    Watchdog none(std::nullopt);
    none.workIsDone();
    QVERIFY(!none.check(sample(1 << 30, 0)));
    QVERIFY(!none.check(sample(1 << 30, 0)));
}

void RunPartsTest::oomEvidenceDecidesAKill_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<bool>("kill");
    QTest::addColumn<bool>("lostOne");
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("status");
    const auto row = [](const char* name, int signal, int exitCode, bool kill, bool lostOne,
                        const char* said, const char* status) {
        QTest::newRow(name) << signal << exitCode << kill << lostOne << said << status;
    };
    row("killed, and the kernel kills", 9, 0, true, false, "", "out-of-memory");
    row("killed by somebody", 9, 0, false, false, "", "failed");
    row("a crash beside another's kill", 11, 0, true, false, "", "failed");
    row("a crash of one that lost a worker", 11, 0, true, true, "", "failed");
    row("gave up when a worker went", 0, 1, true, true, "", "out-of-memory");
    row("gave up beside another's kill", 0, 1, true, false, "", "failed");
    row("gave up", 0, 1, false, false, "", "failed");
    row("a shell says its child was killed", 0, 137, true, false, "", "out-of-memory");
    row("reports a killed worker", 0, 1, true, false, "Executor 2 died: signal 9 (Killed).",
        "out-of-memory");
    row("reports a crashed worker", 0, 1, true, false, "Executor 2 died: signal 11.", "failed");
}

void RunPartsTest::oomEvidenceDecidesAKill()
{
    QFETCH(int, signal);
    QFETCH(int, exitCode);
    QFETCH(QString, said);
    RunEnd end;
    if (signal)
        end.signal = signal;
    else
        end.exitCode = exitCode;
    if (!said.isEmpty())
        end.reported = Error{.code = ErrorCode::EngineFailed,
                             .message = said.toStdString(),
                             .phase = {},
                             .remedy = {}};
    QFETCH(bool, kill);
    QFETCH(bool, lostOne);
    end.oomKill = kill;
    end.lostAtOomKill = lostOne;
    end.phase = "load";
    const auto decided = decideStatus(end);
    QTEST(QString::fromUtf8(name(decided.status).data()), "status");
    QCOMPARE(decided.error->phase, std::string("load"));
}

void RunPartsTest::stopOutweighsEveryEndingButAHangAfterBye()
{
    RunEnd end;
    end.exitCode = 0;
    end.hasResult = end.saidBye = true;
    QVERIFY(decideStatus(end).status == RunStatus::Ok);
    end.hungAfterBye = true;
    end.exitCode.reset();
    end.signal = 9;
    QVERIFY(decideStatus(end).status == RunStatus::Ok);
    end.stopped = StopCause{
        RunStatus::TimedOut,
        Error{.code = ErrorCode::TimedOut, .message = "Late.", .phase = "fit", .remedy = {}}};
    QVERIFY(decideStatus(end).status == RunStatus::TimedOut);
    QCOMPARE(decideStatus(end).error->phase, std::string("fit"));
}

void RunPartsTest::memoryOfAClusterIsThatOfItsNodes_data()
{
    using Nodes = std::map<std::string, Bytes>;
    QTest::addColumn<QString>("address");
    QTest::addColumn<QList<Nodes>>("told");
    QTest::addColumn<qlonglong>("peak"); // -1: there is none
    QTest::addColumn<QString>("byNode");
    const QString address = "tcp://127.0.0.1:8786";
    const Nodes first{{"a", 300}, {"b", 100}};
    QTest::newRow("here") << "" << QList<Nodes>{first} << 900LL << "";
    QTest::newRow("nothing told") << address << QList<Nodes>{} << -1LL << "";
    QTest::newRow("the largest sum at a time")
        << address << QList<Nodes>{first, {{"a", 50}, {"b", 320}}, {{"a", 0}, {"b", 0}}} << 400LL
        << "a: 300 bytes, b: 320 bytes";
    QTest::newRow("a node that is lost") << address << QList<Nodes>{first, {}} << -1LL << "";
    QTest::newRow("lost for a while") << address << QList<Nodes>{{}, first} << -1LL << "";
}

void RunPartsTest::memoryOfAClusterIsThatOfItsNodes()
{
    using Nodes = std::map<std::string, Bytes>;
    QFETCH(QString, address);
    QFETCH(QList<Nodes>, told);
    QFETCH(qlonglong, peak);
    QFETCH(QString, byNode);
    Launch launch;
    if (!address.isEmpty()) launch.spec.address = address.toStdString();
    RunRecorder recorder(launch);
    recorder.started();
    Sample driver;
    driver.anon = 900;
    recorder.take(driver);
    for (const auto& nodes : told) {
        // What an object store says of itself is no peak.
        Event report{.t = Seconds(1),
                     .body = CountersEvent{.storeBytes = 5'000'000, .nodeMemory = nodes}};
        recorder.take(report, {Seconds(1), Seconds(1)});
    }
    const auto record = recorder.finish(0).record;
    QCOMPARE(record.peakBytes.value_or(-1), peak);
    const auto flagged = [&](const char* flag) { return std::ranges::count(record.flags, flag); };
    QCOMPARE(flagged("no-memory-figure"), peak < 0 ? 1 : 0);
    QCOMPARE(flagged("cluster-memory"), byNode.isEmpty() ? 0 : 1);
    QCOMPARE(record.settings.contains(memoryByNode), !byNode.isEmpty());
    if (!byNode.isEmpty())
        QCOMPARE(QString::fromStdString(record.settings.at(memoryByNode)), byNode);
}

void RunPartsTest::otherLoadWhileARunIsMeasuredIsFlagged()
{
    RunRecorder recorder(Launch{});
    recorder.started();
    recorder.wentGo(monotonicNow(), {}, 0);
    QProcess other; // of the machine, not of the run
    other.start("sh", {"-c", "while :; do :; done"});
    QVERIFY(other.waitForStarted());
    const auto before = cpuTimes().busy;
    QTRY_VERIFY_WITH_TIMEOUT(cpuTimes().busy - before > 0.5, 60'000);
    other.kill();
    QVERIFY(other.waitForFinished());
    Event done{.t = monotonicNow(), .body = DoneEvent{}};
    recorder.take(done, {done.t, done.t});
    QCOMPARE(std::ranges::count(recorder.record().flags, "noisy"), 1);
}

void RunPartsTest::stampsAreBelievedToFiftyMilliseconds_data()
{
    QTest::addColumn<double>("early"); // than the pipe was seen empty
    QTest::addColumn<double>("late");  // than it was read
    QTest::addColumn<QString>("flag");
    QTest::newRow("while nobody looked") << -0.3 << -0.1 << QString();
    QTest::newRow("a little early") << 0.04 << -0.44 << QString();
    QTest::newRow("early") << 0.06 << -0.46 << "seconds-from-host";
    QTest::newRow("a little late") << -0.44 << 0.04 << QString();
    QTest::newRow("late") << -0.46 << 0.06 << "clock-skew";
}

/// The pipe was empty 0.4 s before the event was read.
void RunPartsTest::stampsAreBelievedToFiftyMilliseconds()
{
    QFETCH(double, early);
    QFETCH(double, late);
    QFETCH(QString, flag);
    QCOMPARE(early + late, -0.4);
    RunRecorder recorder(Launch{});
    recorder.started();
    const Seconds go = recorder.startedAt();
    recorder.wentGo(go, {}, 0);
    const Arrival arrival{go + Seconds(1), go + Seconds(1.4)};
    Event done{.t = arrival.after - Seconds(early), .body = DoneEvent{}};
    Sample sample; // memory was looked at all the time
    for (int i = 1; i < 28; ++i) {
        sample.t = go + i * Seconds(0.05);
        recorder.take(sample);
    }
    recorder.take(done, arrival);
    auto flags = recorder.record().flags;
    std::erase(flags, "noisy");
    std::erase(flags, "not-warm");
    const double truth = flag.isEmpty() ? 1 - early : 1.4;
    QVERIFY(std::abs(*recorder.record().seconds - truth) < 1e-6);
    QCOMPARE(flags, flag.isEmpty() ? std::vector<std::string>()
                                   : std::vector<std::string>{flag.toStdString()});
}

void RunPartsTest::timeUnseenIsFlagged_data()
{
    QTest::addColumn<double>("seconds");
    QTest::addColumn<double>("pauseAt");
    QTest::addColumn<double>("pause");
    QTest::addColumn<bool>("flagged");
    QTest::newRow("none") << 2.0 << 0.5 << 0.05 << false;
    QTest::newRow("short in a long run") << 2.0 << 0.5 << 0.4 << false;
    QTest::newRow("long") << 2.0 << 0.5 << 0.55 << true;
    QTest::newRow("at the beginning") << 2.0 << 0.0 << 0.6 << true;
    QTest::newRow("at the end") << 2.0 << 1.4 << 0.7 << true;
    QTest::newRow("most of a short run") << 0.3 << 0.1 << 0.2 << true;
    QTest::newRow("a run of 100 ms") << 0.1 << 0.0 << 0.1 << false;
    QTest::newRow("after its end") << 0.06 << 0.1 << 0.7 << false;
}

void RunPartsTest::timeUnseenIsFlagged()
{
    QFETCH(double, seconds);
    QFETCH(double, pauseAt);
    QFETCH(double, pause);
    QFETCH(bool, flagged);
    RunRecorder recorder(Launch{});
    recorder.started();
    const Seconds go = recorder.startedAt();
    recorder.wentGo(go, {}, 0);
    Sample sample;
    for (int i = 1; i * 0.05 < std::max(seconds, pauseAt + pause + 0.1); ++i) {
        if (i * 0.05 > pauseAt + 1e-9 && i * 0.05 < pauseAt + pause - 1e-9) continue;
        sample.t = go + i * Seconds(0.05);
        recorder.take(sample);
    }
    Event done{.t = go + Seconds(seconds), .body = DoneEvent{}};
    recorder.take(done, {done.t, std::max(done.t, sample.t)});
    QCOMPARE(std::ranges::count(recorder.record().flags, "sampling-gap"), flagged ? 1 : 0);
}

/// A time namespace sets the CLOCK_BOOTTIME of processes forked into it forward and leaves
/// CLOCK_MONOTONIC, as suspending the machine does.
void RunPartsTest::aMachineThatSleptIsFlagged()
{
    constexpr int notPossible = 2;
    for (const bool slept : {false, true}) {
        const pid_t child = ::fork();
        if (child == 0) {
            RunRecorder recorder(Launch{});
            recorder.started();
            recorder.wentGo(recorder.startedAt(), {}, 0);
            if (slept && ::unshare(CLONE_NEWTIME) != 0) ::_exit(notPossible);
            if (slept) std::ofstream("/proc/self/timens_offsets") << "boottime 10 0\n";
            const pid_t later = ::fork();
            if (later == 0) {
                Event done{.t = monotonicNow(), .body = DoneEvent{}};
                recorder.take(done, {done.t, done.t});
                ::_exit(static_cast<int>(std::ranges::count(recorder.record().flags, "suspended")));
            }
            int status = 0;
            ::waitpid(later, &status, 0);
            ::_exit(WEXITSTATUS(status));
        }
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        if (WEXITSTATUS(status) == notPossible) QSKIP("no time namespaces here");
        QCOMPARE(WEXITSTATUS(status), slept ? 1 : 0);
    }
}

SPILLWAY_TESTS(RunPartsTest, QCoreApplication)
#include "run_parts_test.moc"
