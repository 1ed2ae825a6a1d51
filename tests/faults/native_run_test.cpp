#include "run_fixture.h"

#include <QtTest>

#include <signal.h>

#include <memory>

using namespace spillway;
using namespace spillway::test;

namespace {

const std::string worker = WORKER_PROGRAM;

Launch chunked(const RunFixture& fixture)
{
    return fixture.launch({worker, "engine", "chunked"});
}

RunOutcome supervise(const RunFixture& fixture, const Launch& launch, Recorder& recorder,
                     std::stop_token stop = {})
{
    Supervisor supervisor({worker, fixture.scratchRoot(), Seconds(0.05)});
    return supervisor.run(launch, recorder, std::move(stop));
}

QString words(const RunRecord& record)
{
    return record.error ? QString::fromStdString(describe(*record.error)) : QString();
}

} // namespace

/// The program that is installed, guard and engine in one, supervised as in use.
class NativeRunTest : public QObject {
    Q_OBJECT
private slots:
    void chunkedEngineRunsUnderTheGuard();
    void killedEngineIsAFailureAndTheNextRunWorks();
    void cancelledEngineLeavesNothing();
};

void NativeRunTest::chunkedEngineRunsUnderTheGuard()
{
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] = supervise(fixture, chunked(fixture), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record)));
    const auto& etl = std::get<EtlResult>(*record.result);
    QCOMPARE(etl.groups.size(), std::size_t(2));
    QCOMPARE(etl.groups[0].key, std::string("A"));
    QCOMPARE(etl.groups[0].count, 2);
    QCOMPARE(etl.groups[0].means[0], 0.5);
    QCOMPARE(etl.groups[1].means[0], 1.5);
    QVERIFY(!record.engineVersion.empty());
    QVERIFY(!record.phases.empty());
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
    qInfo("spawn to ready %.1f ms, whole run %.1f ms", *record.setupSeconds * 1e3,
          record.wallSeconds * 1e3);
}

void NativeRunTest::killedEngineIsAFailureAndTheNextRunWorks()
{
    const RunFixture fixture;
    Recorder recorder;
    recorder.whenEvent = [](const Event& event) {
        if (const auto* hello = std::get_if<HelloEvent>(&event.body))
            ::kill(static_cast<pid_t>(hello->pid), SIGKILL);
    };
    const auto killed = supervise(fixture, chunked(fixture), recorder);
    QVERIFY(killed.record.status == RunStatus::Failed);
    QVERIFY2(words(killed.record).contains("signal 9"), qPrintable(words(killed.record)));
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
    Recorder calm;
    const auto next = supervise(fixture, chunked(fixture), calm);
    QVERIFY2(next.record.status == RunStatus::Ok, qPrintable(words(next.record)));
}

void NativeRunTest::cancelledEngineLeavesNothing()
{
    const RunFixture fixture;
    // On the heap: gcc 12 takes one on the stack for uninitialised.
    const auto source = std::make_unique<std::stop_source>();
    Recorder recorder;
    recorder.whenState = [&](RunState state) {
        if (state == RunState::PreparingCache) source->request_stop();
    };
    const auto [record, trace] =
        supervise(fixture, chunked(fixture), recorder, source->get_token());
    QVERIFY(record.status == RunStatus::Cancelled);
    QCOMPARE(record.error->phase, std::string("cache"));
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
}

QTEST_GUILESS_MAIN(NativeRunTest)
#include "native_run_test.moc"
