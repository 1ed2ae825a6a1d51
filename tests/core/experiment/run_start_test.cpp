#include "base/json.h"
#include "runner_fixture.h"
#include "suites/suites.h"

#include "measure/machine.h"
#include "measure/page_cache.h"

#include <QtTest>

#include <unistd.h>

using namespace spillway;
using testing::Recorder;
using testing::RunnerFixture;
namespace fs = std::filesystem;

/// Every run of a plan finds the page cache in the same state, also where its data do not fit.
class RunStartTest : public QObject {
    Q_OBJECT
private slots:
    void dataAboveTheFreeMemoryAreEvictedBeforeEveryRun();
    void dataThatFitOnlyWithoutTheRunAreEvicted_data();
    void dataThatFitOnlyWithoutTheRunAreEvicted();
    void datasetsThatDoNotFitTogetherMakeRoom();
    void readingIntoTheCacheIsToldInBytes();
    void scratchThatWouldFailEveryRunStartsNone();
};

namespace {

constexpr Bytes size = 40'000'000;

bool exceeds(const RunRecord& record)
{
    return std::ranges::find(record.flags, "exceeds-cache") != record.flags.end();
}

} // namespace

void RunStartTest::dataAboveTheFreeMemoryAreEvictedBeforeEveryRun()
{
    RunnerFixture fixture;
    if (isMemoryFileSystem(fixture.root())) QSKIP("a memory file system is always resident");
    Plan plan = RunnerFixture::plan({fixture.writeRows("own.csv", size)});
    plan.warmup = 1;
    Recorder seen;
    VERIFY_RESULT(fixture.run(plan, seen, size / 2));
    QCOMPARE(seen.ended.size(), std::size_t(3));
    for (const auto& record : seen.ended) {
        QVERIFY2(record.status == RunStatus::Ok, record.error ? record.error->message.c_str() : "");
        QVERIFY(exceeds(record));
        // What the run before left is gone, and this one has read the data from the disk.
        QVERIFY2(record.residency->atGo <= 0.01, QByteArray::number(record.residency->atGo));
        QVERIFY(record.residency->atDone > 0.5);
        QVERIFY2(record.diskReadBytes >= size * 9 / 10, QByteArray::number(record.diskReadBytes));
        const Json line = toJson(record);
        QCOMPARE(line["residency"]["at_go"].get<double>(), record.residency->atGo);
        QCOMPARE(line["disk_read_bytes"].get<Bytes>(), record.diskReadBytes);
    }
}

void RunStartTest::dataThatFitOnlyWithoutTheRunAreEvicted_data()
{
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<qint64>("freeMemory");
    QTest::addColumn<bool>("evicted");
    const auto row = [](const char* name, Bytes limit, Bytes freeMemory, bool evicted) {
        QTest::newRow(name) << qint64(limit) << qint64(freeMemory) << evicted;
    };
    row("room for both", 100'000'000, 100'000'000 + size * 10 / 9 + 1'000'000, false);
    row("the file just fits", 100'000'000, 100'000'000 + size + 1'000'000, true);
    row("it does not", 100'000'000, 100'000'000 + size - 1'000'000, true);
    row("a limit of all memory, and a file of a tenth", 11 * size, 11 * size, false);
    row("a limit of all memory, and a larger file", 9 * size, 9 * size, true);
}

void RunStartTest::dataThatFitOnlyWithoutTheRunAreEvicted()
{
    QFETCH(qint64, limit);
    QFETCH(qint64, freeMemory);
    QFETCH(bool, evicted);
    RunnerFixture fixture;
    if (isMemoryFileSystem(fixture.root())) QSKIP("a memory file system is always resident");
    Plan plan = RunnerFixture::plan({fixture.writeRows("own.csv", size)});
    plan.memoryLimit = limit;
    Recorder seen;
    VERIFY_RESULT(fixture.run(plan, seen, freeMemory));
    for (const auto& record : seen.ended) {
        QCOMPARE(exceeds(record), evicted);
        QVERIFY(evicted ? record.residency->atGo <= 0.01 : record.residency->atGo >= 0.99);
    }
}

void RunStartTest::datasetsThatDoNotFitTogetherMakeRoom()
{
    RunnerFixture fixture;
    if (isMemoryFileSystem(fixture.root())) QSKIP("a memory file system is always resident");
    const auto first = fixture.writeRows("first.csv", size);
    const auto second = fixture.writeRows("second.csv", size, "c,3\n");
    Recorder seen;
    int starts = 0;
    seen.onEnter = [&](RunState state) {
        const auto& own = seen.current.dataset == 0 ? first : second;
        const auto& other = seen.current.dataset == 0 ? second : first;
        if (state == RunState::SettingUp) (void)evictCache({own}, {}); // as the other run would
        if (state != RunState::Running) return;
        ++starts;
        QVERIFY(residency({own}).value() >= 0.99);
        QVERIFY(residency({other}).value() <= 0.01);
    };
    Plan plan = RunnerFixture::plan({first, second});
    plan.repeats = 3;
    VERIFY_RESULT(fixture.run(plan, seen, size * 3 / 2));
    QCOMPARE(starts, 6);
    for (const auto& record : seen.ended)
        QVERIFY(!exceeds(record) && record.residency->atGo >= 0.99);
}

void RunStartTest::readingIntoTheCacheIsToldInBytes()
{
    RunnerFixture fixture;
    if (isMemoryFileSystem(fixture.root())) QSKIP("a memory file system is always resident");
    const auto csv = fixture.writeRows("own.csv", size);
    const Plan plan = RunnerFixture::plan({csv});
    Recorder seen;
    seen.onEnter = [&](RunState state) {
        if (state == RunState::SettingUp) (void)evictCache({csv}, {});
    };
    VERIFY_RESULT(fixture.run(plan, seen));
    QCOMPARE(seen.cached.second, plan.datasets[0].bytes);
    QCOMPARE(seen.cached.first, seen.cached.second);
}

/// It used to be found by every run of a plan in turn.
void RunStartTest::scratchThatWouldFailEveryRunStartsNone()
{
    RunnerFixture fixture;
    const Plan plan = RunnerFixture::plan({fixture.writeRows("own.csv", 1000)});
    const auto refused = [&](const fs::path& scratch, ErrorCode code) {
        Recorder seen;
        const auto outcome = fixture.run(plan, seen, {}, false, {}, scratch);
        QVERIFY(outcome.has_error());
        QCOMPARE(outcome.error().code, code);
        QVERIFY(!outcome.error().remedy.empty());
        QVERIFY(seen.ended.empty() && fixture.store().runs()->empty());
        QVERIFY(fixture.store().plans()->empty());
    };
    refused(fixture.write("file", "x") / "below", ErrorCode::InvalidArgument);
    if (isMemoryFileSystem("/dev/shm")) {
        refused("/dev/shm/spillway-run-start-test", ErrorCode::InvalidArgument);
        QVERIFY(!fs::exists("/dev/shm/spillway-run-start-test"));
    }
    if (::geteuid() == 0) return; // who may write anywhere
    fs::create_directory(fixture.root() / "closed");
    fs::permissions(fixture.root() / "closed", fs::perms::owner_read | fs::perms::owner_exec);
    refused(fixture.root() / "closed", ErrorCode::NotPermitted);
}

SPILLWAY_TESTS(RunStartTest, QCoreApplication)
#include "run_start_test.moc"
