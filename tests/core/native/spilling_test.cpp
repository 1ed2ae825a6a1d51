#include "../file_size_limit.h"
#include "base/json.h"
#include "native_data.h"
#include "suites/suites.h"
#include "workloads/native/native_kinds.h"

#include "native/chunked/chunked_engine.h"
#include "native/chunked/spilling_store.h"
#include "native/spill/process_memory.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace spillway;
using spillway::testing::bits;
namespace fs = std::filesystem;
using Materialise = EtlWorkload::Materialise;
using Solver = LogregWorkload::Solver;

#if defined(__SANITIZE_ADDRESS__)
/// Freed memory has to go back here too, or no limit could be kept.
extern "C" const char* __asan_default_options()
{
    return "quarantine_size_mb=1:allocator_release_to_os_interval_ms=0";
}
#endif

/// The chunked engine below a memory limit, in process: the limit is set from what the test takes
/// itself, and so tight that nearly every partition goes to disk.
class SpillingTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void partitionsComeBackAsTheyWere();
    void whatIsReadAgainIsNotWrittenAgain();
    void theLeastRecentlyUsedGoesFirst();
    void aPartitionInUseStays();
    void manyThreadsShareAStore();
    void aDamagedSpillFileIsNoticed();
    void aFullDiskKeepsPartitionsInMemory();
    void everyLimitGivesTheSameBits_data();
    void everyLimitGivesTheSameBits();
    void spillingIsCounted();
    void aLimitThatIsTooSmallIsMemoryLimit_data();
    void aLimitThatIsTooSmallIsMemoryLimit();
    void whatCannotGoOnSaysThatTheDiskIsFull();
    void oneTaskAlwaysRuns();
    void noTaskStartsAboveThePauseThreshold();
    void stoppingWhileSpillingLeavesNothing();

private:
    struct Store;
    fs::path scratch() const { return scratch_->path().toStdString(); }
    std::size_t spillFiles() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(scratch()), fs::directory_iterator()));
    }
    RunSpec spec(const Workload& workload, std::optional<Bytes> limit, int workers = 2) const;
    static Result<RunResult> run(const RunSpec& spec, EventSink& events,
                                 const std::stop_token& stop = {});

    const std::vector<char> ballast_ = std::vector<char>(60'000'000, 1); ///< makes limits roomy
    QTemporaryDir directory_;
    std::unique_ptr<QTemporaryDir> scratch_;
    Dataset data_;
};

namespace {

constexpr Bytes block = 60'000;
/// A limit that what the test takes itself is just above the spill threshold of: everything is
/// spilled, and there is room to run.
Bytes tightLimit()
{
    return processMemory() / 71 * 100;
}

/// A partition of three blocks that depends on `seed`, with and without keys.
ColumnPartition partitionOf(std::uint64_t seed, std::size_t rows = 5000)
{
    testing::Sequence random(seed);
    ColumnPartition partition;
    for (std::size_t i = 0; i < 3; ++i) {
        BlockColumns columns;
        for (ColumnSet* const set : {&columns.rows, &columns.heldOut}) {
            set->columns.resize(2);
            for (std::size_t row = 0; row < rows; ++row) {
                set->columns[0].push_back(random.unit());
                set->columns[1].push_back(row % 7 == 0 ? std::nan("") : random.unit());
                set->ids.push_back(columns.keys.idOf(i == 0 ? "" : fmt::format("k{}", row % 50)));
            }
        }
        columns.keys.freeze();
        partition.blocks.push_back(std::move(columns));
    }
    return partition;
}

std::string bytesOf(const ColumnPartition& partition)
{
    std::string all;
    for (const auto part : imageOf(partition))
        all.append(reinterpret_cast<const char*>(part.data()), part.size());
    return all;
}

const EtlWorkload loaded{
    .groupBy = "category", .values = {"x", "y"}, .materialise = Materialise::Loaded};
const LogregWorkload briefRegression{
    .label = "category", .features = {"x", "y"}, .maxIterations = 4};

LogregWorkload solvedBy(Solver solver)
{
    LogregWorkload workload = briefRegression;
    workload.solver = solver;
    return workload;
}

} // namespace

/// A store and what it needs.
struct SpillingTest::Store {
    Store(const SpillingTest& test, std::size_t count, Bytes limit)
        : budget(limit),
          reporter(log),
          store(count, test.scratch(), {.budget = budget, .reporter = reporter, .stop = {}})
    {
    }
    /// What the store has reported.
    CountersEvent counters()
    {
        reporter.endPhase();
        return log.all<CountersEvent>().back();
    }

    testing::EventLog log;
    MemoryBudget budget;
    RunReporter reporter;
    SpillingPartitionStore store;
};

void SpillingTest::initTestCase()
{
    const auto path = fs::path(directory_.path().toStdString()) / "data.csv";
    data_ = testing::datasetOf({testing::writeText(path, testing::plainRows(100'000, 4, 1))},
                               {"category"});
}

void SpillingTest::init()
{
    scratch_ = std::make_unique<QTemporaryDir>();
}

RunSpec SpillingTest::spec(const Workload& workload, std::optional<Bytes> limit, int workers) const
{
    return {.runId = "1",
            .dataset = data_,
            .workload = workload,
            .workers = workers,
            .memoryLimit = limit,
            .scratch = scratch()};
}

Result<RunResult> SpillingTest::run(const RunSpec& spec, EventSink& events,
                                    const std::stop_token& stop)
{
    ChunkedEngine engine(nativeKinds(),
                         {.partitionBytes = 8 * block, .streamedBytes = block, .block = block});
    if (auto ready = engine.prepare(spec); !ready) return ready.error();
    return engine.run(spec, events, stop);
}

void SpillingTest::partitionsComeBackAsTheyWere()
{
    Store s(*this, 10, tightLimit());
    for (std::size_t i = 0; i < 10; ++i)
        QVERIFY(s.store.put(i, partitionOf(i)));
    QCOMPARE(s.store.bytes(), 0);
    QCOMPARE(spillFiles(), 1u);
    for (const std::size_t i : {3u, 9u, 0u, 3u}) {
        const auto back = s.store.read(i);
        QVERIFY(back);
        QCOMPARE(bytesOf(**back), bytesOf(partitionOf(i)));
        QCOMPARE((*back)->blocks[1].keys.key(7), "k7");
        QCOMPARE((*back)->blocks[0].keys.size(), 1u);
    }
}

void SpillingTest::whatIsReadAgainIsNotWrittenAgain()
{
    Store s(*this, 4, tightLimit());
    for (std::size_t i = 0; i < 4; ++i)
        QVERIFY(s.store.put(i, partitionOf(i)));
    for (int pass = 0; pass < 3; ++pass)
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(s.store.read(i));
    const Bytes all = 4 * partitionOf(0).bytes();
    QVERIFY(std::abs(*s.counters().spilledBytes - all) < all / 10);
    QVERIFY(*s.counters().restoredBytes > all * 2);
}

/// Far below measured memory's thresholds it is managed bytes that decide.
void SpillingTest::theLeastRecentlyUsedGoesFirst()
{
    const Bytes one = partitionOf(0, 100'000).bytes();
    const Bytes limit = std::max(processMemory() * 4, one * 10);
    Store s(*this, 40, limit);
    std::size_t count = 0;
    for (; *s.counters().spilledBytes == 0; ++count) {
        QVERIFY(s.store.put(count, partitionOf(count, 100'000)));
        QVERIFY(s.store.read(0)); // so that 1 is the least recently used
    }
    QVERIFY(count > 2);
    QVERIFY(s.store.bytes() <= s.budget.thresholds().target());
    QVERIFY(s.store.read(0));
    QCOMPARE(*s.counters().restoredBytes, 0);
    QVERIFY(s.store.read(1));
    QVERIFY(*s.counters().restoredBytes > 0);
}

void SpillingTest::aPartitionInUseStays()
{
    Store s(*this, 2, tightLimit());
    QVERIFY(s.store.put(0, partitionOf(0)));
    const auto held = s.store.read(0);
    QVERIFY(held);
    QVERIFY(s.store.put(1, partitionOf(1)));
    QCOMPARE(s.store.bytes(), partitionOf(0).bytes());
    QCOMPARE(bytesOf(**held), bytesOf(partitionOf(0)));
}

void SpillingTest::manyThreadsShareAStore()
{
    constexpr std::size_t partitions = 12;
    Store s(*this, partitions, tightLimit());
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(s.store.put(i, partitionOf(i, 500)));
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < 60; ++i) {
                    const std::size_t own = t * 3 + i % 3;
                    const auto shared = s.store.read(i % 3);
                    if (!shared || bytesOf(**shared) != bytesOf(partitionOf(i % 3, 500))) ++wrong;
                    if (t == 0) continue; // its own are those that all read
                    if (i < 3 && !s.store.put(own, partitionOf(own, 500))) ++wrong;
                    const auto mine = s.store.read(own);
                    if (!mine || bytesOf(**mine) != bytesOf(partitionOf(own, 500))) ++wrong;
                }
            });
    }
    QCOMPARE(wrong, 0);
}

void SpillingTest::aDamagedSpillFileIsNoticed()
{
    Store s(*this, 1, tightLimit());
    QVERIFY(s.store.put(0, partitionOf(0)));
    for (const auto& file : fs::directory_iterator(scratch()))
        fs::resize_file(file.path(), 5000);
    const auto back = s.store.read(0);
    QVERIFY(!back);
    QCOMPARE(back.error().code, ErrorCode::Corrupt);
}

void SpillingTest::aFullDiskKeepsPartitionsInMemory()
{
    const auto unlimited = std::make_unique<testing::EventLog>();
    const auto whole = run(spec(briefRegression, {}), *unlimited);
    QVERIFY(whole);
    const testing::FileSizeLimit full(200'000);
    testing::EventLog log;
    // Everything fits into memory, though above the line where spilling begins.
    const auto result = run(spec(briefRegression, tightLimit()), log);
    QVERIFY2(result.has_value(), result.has_error() ? result.error().message.c_str() : "");
    QCOMPARE(bits(*result), bits(*whole));
    const auto told = log.all<LogEvent>();
    QCOMPARE(told.size(), 1u);
    QCOMPARE(told[0].level, "warning");
    QVERIFY2(told[0].message.find("continues") != std::string::npos, told[0].message.c_str());
}

void SpillingTest::everyLimitGivesTheSameBits_data()
{
    QTest::addColumn<int>("job");
    QTest::newRow("loaded") << 0;
    QTest::newRow("lbfgs") << 1;
    QTest::newRow("sgd") << 2;
    QTest::newRow("sgd-averaged") << 3;
}

void SpillingTest::everyLimitGivesTheSameBits()
{
    QFETCH(int, job);
    const std::array<Workload, 4> jobs{loaded, solvedBy(Solver::Lbfgs), solvedBy(Solver::Sgd),
                                       solvedBy(Solver::SgdAveraged)};
    const Workload& workload = jobs[static_cast<std::size_t>(job)];
    testing::EventLog log;
    const auto whole = run(spec(workload, {}), log);
    QVERIFY(whole);
    for (const Bytes limit : {tightLimit(), processMemory() * 2}) {
        const auto result = run(spec(workload, limit), log);
        QVERIFY2(result.has_value(), result.has_error() ? result.error().message.c_str() : "");
        QCOMPARE(bits(*result), bits(*whole));
        QCOMPARE(spillFiles(), 0u);
    }
}

void SpillingTest::spillingIsCounted()
{
    testing::EventLog log;
    QVERIFY(run(spec(briefRegression, tightLimit()), log));
    const auto counters = log.all<CountersEvent>();
    const Bytes decoded = 100'000 * 20;
    QVERIFY(*counters.back().spilledBytes > decoded / 2);
    QVERIFY(*counters.back().restoredBytes > *counters.back().spilledBytes);
    for (std::size_t i = 1; i < counters.size(); ++i) {
        QVERIFY(*counters[i].spilledBytes >= *counters[i - 1].spilledBytes);
        QVERIFY(*counters[i].restoredBytes >= *counters[i - 1].restoredBytes);
    }
    const auto progress = log.all<ProgressEvent>().back();
    QCOMPARE(progress.unit, "partitions");
    QCOMPARE(progress.done, *progress.total);
    testing::EventLog unlimited;
    QVERIFY(run(spec(briefRegression, {}), unlimited));
    QCOMPARE(*unlimited.all<CountersEvent>().back().spilledBytes, 0);
}

void SpillingTest::aLimitThatIsTooSmallIsMemoryLimit_data()
{
    everyLimitGivesTheSameBits_data();
}

void SpillingTest::aLimitThatIsTooSmallIsMemoryLimit()
{
    QFETCH(int, job);
    const Workload workload = job == 0 ? Workload(loaded) : Workload(briefRegression);
    testing::EventLog log;
    const auto result = run(spec(workload, processMemory() / 2), log);
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::MemoryLimit);
    QCOMPARE(result.error().phase, "load");
    QVERIFY(!result.error().remedy.empty());
    QCOMPARE(spillFiles(), 0u);
}

void SpillingTest::whatCannotGoOnSaysThatTheDiskIsFull()
{
    const testing::FileSizeLimit full(100'000);
    Store s(*this, 2, tightLimit());
    QVERIFY(s.store.put(0, partitionOf(0)));
    QCOMPARE(s.store.bytes(), partitionOf(0).bytes());
    const auto more = s.budget.require(s.budget.thresholds().limit, {});
    QVERIFY(more.has_error());
    QCOMPARE(more.error().code, ErrorCode::MemoryLimit);
    const auto& message = more.error().message;
    QVERIFY2(message.find("Cannot write the spill file") != std::string::npos, message.c_str());
}

void SpillingTest::oneTaskAlwaysRuns()
{
    MemoryBudget budget(processMemory() / 9 * 10);
    budget.setTaskBytes(processMemory());
    TaskPool executor(3);
    testing::EventLog log;
    RunReporter reporter(log);
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    TaskGraph graph;
    for (int i = 0; i < 30; ++i)
        graph.add("alone",
                  [&](const TaskContext&) -> Result<void> {
                      most = std::max<int>(most, ++running);
                      std::this_thread::yield();
                      --running;
                      return {};
                  },
                  {});
    QVERIFY(executor.run(std::move(graph), reporter, {}, &budget));
    QCOMPARE(most, 1);
}

void SpillingTest::noTaskStartsAboveThePauseThreshold()
{
    MemoryBudget budget(processMemory() * 2);
    QVERIFY(budget.admit({}));
    budget.setTaskBytes(processMemory());
    std::atomic<bool> started = false;
    std::jthread second([&] {
        if (budget.admit({})) started = true;
        budget.release();
    });
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(budget.admit(stop.get_token())); // a stop waits for nothing
    budget.release();
    QVERIFY(!started);
    budget.release();
    QTRY_VERIFY(started);
}

void SpillingTest::stoppingWhileSpillingLeavesNothing()
{
    /// Stops at the first report of spilled bytes.
    class StoppingLog : public EventSink {
    public:
        void deliver(Event event) override
        {
            const auto* counters = std::get_if<CountersEvent>(&event.body);
            if (counters && counters->spilledBytes.value_or(0) > 0) stop.request_stop();
        }
        std::stop_source stop;
    };
    StoppingLog log;
    const auto result = run(spec(briefRegression, tightLimit()), log, log.stop.get_token());
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    QCOMPARE(spillFiles(), 0u);
}

SPILLWAY_TESTS(SpillingTest, QCoreApplication)
#include "spilling_test.moc"
