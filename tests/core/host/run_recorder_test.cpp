#include "host/run_recorder.h"
#include "suites/suites.h"

#include <QtTest>

#include <algorithm>

using namespace spillway;

/// What a record says of a run, from what was seen of it.
class RunRecorderTest : public QObject {
    Q_OBJECT
private slots:
    void phasesEndWithTheWork();
    void aRunThatLostTheCacheSaysSo_data();
    void aRunThatLostTheCacheSaysSo();
    void anEngineAtRestIsTheOneThatWaitsForGo();
    void thePeakIsOfTheWorkAndWhatWasBeforeIt();
};

void RunRecorderTest::anEngineAtRestIsTheOneThatWaitsForGo()
{
    const auto recorded = [](std::optional<std::string> address) {
        Launch launch;
        launch.spec.address = std::move(address);
        RunRecorder recorder(launch);
        recorder.started();
        const Seconds start = recorder.startedAt();
        const auto holds = [&](double seconds, int processes, Bytes bytes) {
            Sample sample;
            sample.t = start + Seconds(seconds);
            sample.processes = processes;
            sample.anon = bytes - 10;
            sample.shared = 10;
            recorder.take(sample);
        };
        holds(0.2, 9, 900); // while it starts
        Event ready{.t = start + Seconds(0.25), .body = ReadyEvent{}};
        recorder.take(ready, {ready.t, ready.t});
        holds(0.25, 4, 400);
        holds(0.3, 3, 300);
        recorder.wentGo(start + Seconds(0.35), {}, 0);
        holds(0.4, 8, 800);
        return recorder.finish(0).record;
    };
    const auto rest = recorded({}).atRest;
    QVERIFY(rest);
    QCOMPARE(rest->startSeconds, 0.25);
    QCOMPARE(rest->processes, 3);
    QCOMPARE(rest->bytes, Bytes(300));
    QVERIFY(!recorded("tcp://127.0.0.1:1").atRest); // the client is not the cluster
}

void RunRecorderTest::thePeakIsOfTheWorkAndWhatWasBeforeIt()
{
    RunRecorder recorder(Launch{});
    recorder.started();
    const Seconds go = recorder.startedAt() + Seconds(1);
    const auto holds = [&](double seconds, Bytes bytes) {
        Sample sample;
        sample.t = go + Seconds(seconds);
        sample.anon = bytes;
        recorder.take(sample);
    };
    holds(-0.5, 70);
    recorder.wentGo(go, {}, 0);
    holds(0.5, 50);
    Event done{.t = go + Seconds(1), .body = DoneEvent{}};
    recorder.take(done, {done.t, done.t});
    // The answer in words, for this program.
    holds(1.5, 900);
    QCOMPARE(recorder.record().peakBytes, std::optional<Bytes>(70));
}

/// An engine that leaves a phase, after a failure for instance, and goes on in another.
void RunRecorderTest::phasesEndWithTheWork()
{
    RunRecorder recorder(Launch{});
    recorder.started();
    const Seconds go = recorder.startedAt();
    recorder.wentGo(go, {}, 0);
    const auto at = [&](double seconds, EventBody body) {
        Event event{.t = go + Seconds(seconds), .body = std::move(body)};
        recorder.take(event, {event.t, event.t});
    };
    at(0, PhaseEvent{"compute", true});
    at(0.25, PhaseEvent{"compute", true});
    at(1, PhaseEvent{"compute", false});
    at(1.25, DoneEvent{});
    QCOMPARE(recorder.openPhase(), std::string());
    at(2, PhaseEvent{"compute", false});
    const auto record = recorder.finish(0).record;
    QCOMPARE(record.phases.size(), std::size_t(2));
    QCOMPARE(record.phases[0].end, go + Seconds(1.25));
    QCOMPARE(record.phases[1].end, go + Seconds(1));
}

void RunRecorderTest::aRunThatLostTheCacheSaysSo_data()
{
    QTest::addColumn<double>("atGo");
    QTest::addColumn<double>("atDone");
    QTest::addColumn<bool>("lost");
    QTest::newRow("warm throughout") << 1.0 << 0.95 << false;
    QTest::newRow("warm at go only") << 1.0 << 0.6 << true;
    QTest::newRow("evicted, then read") << 0.0 << 0.5 << false;
    QTest::newRow("as it was") << 0.3 << 0.1 << true;
}

void RunRecorderTest::aRunThatLostTheCacheSaysSo()
{
    QFETCH(double, atGo);
    QFETCH(double, atDone);
    QFETCH(bool, lost);
    RunRecorder recorder(Launch{});
    recorder.started();
    recorder.wentGo(recorder.startedAt(), {.resident = atGo, .exceedsCache = atGo == 0}, 0);
    recorder.residentAtDone(atDone);
    const auto record = recorder.finish(0).record;
    QCOMPARE(std::ranges::count(record.flags, "cache-lost"), lost ? 1 : 0);
    QCOMPARE(record.residency->atDone, std::optional(atDone));
}

SPILLWAY_TESTS(RunRecorderTest, QCoreApplication)
#include "run_recorder_test.moc"
