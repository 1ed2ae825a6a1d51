#include "faults/run_fixture.h"
#include "suites/suites.h"

#include <QtTest>

#include <cmath>

using namespace spillway;
using namespace spillway::test;

namespace {

RunRecord supervise(const char* mode, Recorder& recorder, std::optional<Bytes> limit = {})
{
    const RunFixture fixture;
    auto launch = fixture.launch({SPILLWAY_BINARY_DIR "/tests/fault_child", mode});
    launch.spec.memoryLimit = limit;
    Supervisor supervisor(
        {SPILLWAY_BINARY_DIR "/tests/guard_program", fixture.scratchRoot(), Seconds(0.05)});
    return supervisor.run(launch, recorder, {}).record;
}

/// AddressSanitizer's own memory is in the child's.
#ifdef __SANITIZE_ADDRESS__
constexpr double memoryShare = 0.1;
#else
constexpr double memoryShare = 0.02;
#endif

bool near(double measured, double truth, double share)
{
    return std::abs(measured - truth) <= share * truth;
}

} // namespace

/// Engines of which time and memory are known, through a whole run: time within 1 %, memory within
/// 2 %.
class KnownAnswersTest : public QObject {
    Q_OBJECT
private slots:
    void secondsAndPeakAreTrue();
    void memoryThatForksRewriteIsInThePeak();
    void theLimitHoldsForMemoryThatForksRewrite();
    void processesTooBriefForASampleAreCounted();
};

void KnownAnswersTest::secondsAndPeakAreTrue()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer's own memory is several times the child's.");
#endif
    Recorder recorder;
    const auto record = supervise("known-answer", recorder);
    QVERIFY(record.status == RunStatus::Ok);
    QCOMPARE(recorder.logs.size(), std::size_t(1));
    const double truth = std::stod(recorder.logs.front());
    QVERIFY(truth >= 3);
    QVERIFY2(near(*record.seconds, truth, 0.01), std::to_string(*record.seconds).c_str());
    const auto peak = static_cast<double>(record.peakBytes.value_or(0));
    QVERIFY2(near(peak, 300e6, memoryShare), std::to_string(peak).c_str());
}

void KnownAnswersTest::memoryThatForksRewriteIsInThePeak()
{
#ifdef __SANITIZE_THREAD__
    QSKIP("ThreadSanitizer's own memory is several times the child's.");
#endif
    Recorder recorder;
    const auto record = supervise("rewriting-forks", recorder);
    QVERIFY(record.status == RunStatus::Ok);
    const auto peak = static_cast<double>(record.peakBytes.value_or(0));
    QVERIFY2(near(peak, 1000e6, memoryShare), std::to_string(peak).c_str());
}

void KnownAnswersTest::theLimitHoldsForMemoryThatForksRewrite()
{
    Recorder recorder;
    const auto record = supervise("rewriting-forks", recorder, 500'000'000);
    QVERIFY(record.status == RunStatus::MemoryLimit);
}

void KnownAnswersTest::processesTooBriefForASampleAreCounted()
{
    Recorder recorder;
    const auto record = supervise("brief-children", recorder);
    QVERIFY(record.status == RunStatus::Ok);
    const double seconds = record.userSeconds + record.systemSeconds;
    QVERIFY2(seconds >= 0.98, std::to_string(seconds).c_str());
    QVERIFY2(record.contextSwitches >= 5000, std::to_string(record.contextSwitches).c_str());
}

SPILLWAY_TESTS(KnownAnswersTest, QCoreApplication)
#include "known_answers_test.moc"
