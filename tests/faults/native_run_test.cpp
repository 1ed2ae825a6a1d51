#include "run_fixture.h"
#include "suites/suites.h"
#include "workloads/etl/etl_result.h"

#include "workloads/logreg/logreg.h"

#include <QtTest>

#include <signal.h>

#include <algorithm>
#include <memory>

using namespace spillway;
using namespace spillway::test;

namespace {

const std::string worker = WORKER_PROGRAM;

Launch launchOf(const RunFixture& fixture, const QString& engine)
{
    return fixture.launch({worker, "engine", engine.toStdString()});
}

void everyEngine()
{
    QTest::addColumn<QString>("engine");
    QTest::newRow("chunked") << "chunked";
    QTest::newRow("objectstore") << "objectstore";
}

/// Children of `parent` whose command line has the argument `role`.
std::vector<pid_t> childrenOf(pid_t parent, const std::string& role)
{
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto stat = readFile(entry.path() / "stat");
        const auto command = readFile(entry.path() / "cmdline");
        if (!stat || !command || command->find('\0' + role + '\0') == std::string::npos) continue;
        const auto end = stat->rfind(") ");
        if (end != std::string::npos && std::stol(stat->substr(end + 4)) == parent)
            found.push_back(std::stoi(name));
    }
    return found;
}

/// Kills one process of `role` when the engine says that it begins to work.
std::function<void(const Event&)> killing(const std::string& role)
{
    return [role, driver = pid_t(0)](const Event& event) mutable {
        if (const auto* hello = std::get_if<HelloEvent>(&event.body))
            driver = static_cast<pid_t>(hello->pid);
        const bool ready = std::holds_alternative<ReadyEvent>(event.body);
        if (!ready) return;
        for (const pid_t pid : childrenOf(driver, role)) {
            ::kill(pid, SIGKILL);
            return;
        }
    };
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
    void engineRunsUnderTheGuard_data() { everyEngine(); }
    void engineRunsUnderTheGuard();
    void killedEngineIsAFailureAndTheNextRunWorks_data() { everyEngine(); }
    void killedEngineIsAFailureAndTheNextRunWorks();
    void cancelledEngineLeavesNothing_data() { everyEngine(); }
    void cancelledEngineLeavesNothing();
    void killedStoreIsAClearFailure();
    void killedExecutorIsReplacedAndFlagged();
    void sharedPagesAreCountedOnce();
};

void NativeRunTest::engineRunsUnderTheGuard()
{
    QFETCH(QString, engine);
    const RunFixture fixture;
    Recorder recorder;
    const auto [record, trace] = supervise(fixture, launchOf(fixture, engine), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record)));
    const auto& etl = EtlResult::of(*record.result);
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
    QFETCH(QString, engine);
    const RunFixture fixture;
    Recorder recorder;
    recorder.whenEvent = [](const Event& event) {
        if (const auto* hello = std::get_if<HelloEvent>(&event.body))
            ::kill(static_cast<pid_t>(hello->pid), SIGKILL);
    };
    const auto killed = supervise(fixture, launchOf(fixture, engine), recorder);
    QVERIFY(killed.record.status == RunStatus::Failed);
    QVERIFY2(words(killed.record).contains("signal 9"), qPrintable(words(killed.record)));
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
    Recorder calm;
    const auto next = supervise(fixture, launchOf(fixture, engine), calm);
    QVERIFY2(next.record.status == RunStatus::Ok, qPrintable(words(next.record)));
}

void NativeRunTest::cancelledEngineLeavesNothing()
{
    QFETCH(QString, engine);
    const RunFixture fixture;
    // On the heap: gcc 12 takes one on the stack for uninitialised.
    const auto source = std::make_unique<std::stop_source>();
    Recorder recorder;
    recorder.whenState = [&](RunState state) {
        if (state == RunState::PreparingCache) source->request_stop();
    };
    const auto [record, trace] =
        supervise(fixture, launchOf(fixture, engine), recorder, source->get_token());
    QVERIFY(record.status == RunStatus::Cancelled);
    QCOMPARE(record.error->phase, std::string("cache"));
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
}

void NativeRunTest::killedStoreIsAClearFailure()
{
    const RunFixture fixture;
    Recorder recorder;
    recorder.whenEvent = killing("store");
    const auto [record, trace] =
        supervise(fixture, launchOf(fixture, QStringLiteral("objectstore")), recorder);
    QVERIFY(record.status == RunStatus::Failed);
    QVERIFY2(words(record).contains("object store died (signal 9"), qPrintable(words(record)));
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
}

void NativeRunTest::killedExecutorIsReplacedAndFlagged()
{
    const RunFixture fixture;
    Recorder recorder;
    recorder.whenEvent = killing("executor");
    const auto [record, trace] =
        supervise(fixture, launchOf(fixture, QStringLiteral("objectstore")), recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record)));
    QVERIFY(std::ranges::find(record.flags, "re-executed") != record.flags.end());
    QVERIFY(fixture.leftovers().empty() && fixture.survivors().empty());
}

/// Three executors have the same objects mapped, and the store holds them.
void NativeRunTest::sharedPagesAreCountedOnce()
{
    const RunFixture fixture;
    {
        std::ofstream file(fixture.dataPath());
        file << "x,category\n";
        for (int i = 0; i < 1'500'000; ++i)
            file << i % 1009 << ',' << "ABC"[i % 3] << '\n';
    }
    Launch launch = launchOf(fixture, QStringLiteral("objectstore"));
    launch.spec.workers = 3;
    launch.spec.workload =
        LogregWorkload{.label = "category", .features = {"x"}, .maxIterations = 40, .tolerance = 0};
    Recorder recorder;
    Bytes told = 0;
    recorder.whenEvent = [&](const Event& event) {
        if (const auto* counters = std::get_if<CountersEvent>(&event.body))
            told = std::max(told, counters->storeBytes.value_or(0));
    };
    const auto [record, trace] = supervise(fixture, launch, recorder);
    QVERIFY2(record.status == RunStatus::Ok, qPrintable(words(record)));
    Bytes shared = 0;
    for (const Sample& sample : trace.samples)
        shared = std::max(shared, sample.shared);
    QVERIFY2(told > 18'000'000, std::to_string(told).c_str()); // 12 bytes a row
    QVERIFY2(shared > 18'000'000, std::to_string(shared).c_str());
    // What was allocated between two tellings may be in one figure only.
    QVERIFY2(shared < told + told / 4, std::to_string(shared).c_str());
}

SPILLWAY_TESTS(NativeRunTest, QCoreApplication)
#include "native_run_test.moc"
