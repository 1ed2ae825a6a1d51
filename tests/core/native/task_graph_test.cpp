#include "native_data.h"
#include "suites/suites.h"

#include "native/chunked/ordered_pass.h"

#include <QtTest>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

using namespace spillway;

/// Tasks on threads: how many threads, which error, when a stop ends them, what is told of them.
class TaskGraphTest : public QObject {
    Q_OBJECT
private slots:
    void theTaskStreamIsThinnedAndSaysSo();
    void exactlyTheWorkersDoTasks_data();
    void exactlyTheWorkersDoTasks();
    void aFailedAllocationIsAnError();
    void theFirstErrorInOrderWins();
    void stopEndsAGraphEarly();
};

void TaskGraphTest::theTaskStreamIsThinnedAndSaysSo()
{
    testing::EventLog log;
    RunReporter reporter(log);
    reporter.beginPhase("compute", "rows", 10);
    constexpr std::int64_t ended = 9000;
    const Seconds now = monotonicNow();
    for (std::int64_t i = 0; i < ended; ++i)
        reporter.taskEnded({.worker = 0, .kind = "scan", .begin = now, .end = now});
    reporter.endPhase();
    const auto events = log.all<TasksEvent>();
    QCOMPARE(events.size(), 1);
    QVERIFY(events[0].spans.size() <= maxTaskSpans);
    QVERIFY(events[0].spans.size() > maxTaskSpans / 2);
    QCOMPARE(*events[0].sampled * ended, static_cast<double>(events[0].spans.size()));
    QCOMPARE(*log.all<CountersEvent>().back().tasks, ended);
}

void TaskGraphTest::exactlyTheWorkersDoTasks_data()
{
    QTest::addColumn<int>("workers");
    for (const int workers : {1, 2, 5, 16})
        QTest::addRow("%d workers", workers) << workers;
}

/// As many tasks as workers wait for each other: with fewer threads they would never meet, and of
/// all that run tasks the distinct ones are counted.
void TaskGraphTest::exactlyTheWorkersDoTasks()
{
    QFETCH(int, workers);
    TaskPool executor(workers);
    QVERIFY(executor.start().has_value());
    testing::EventLog log;
    RunReporter reporter(log);
    std::mutex mutex;
    std::set<std::thread::id> threads;
    std::set<int> numbers;
    std::atomic<int> arrived = 0;
    TaskGraph graph;
    for (int i = 0; i < 5 * workers; ++i)
        graph.add("meet",
                  [&](const TaskContext& context) -> Result<void> {
                      {
                          const std::lock_guard lock(mutex);
                          threads.insert(std::this_thread::get_id());
                          numbers.insert(context.worker);
                      }
                      const int round = arrived++ / workers;
                      while (arrived < (round + 1) * workers)
                          std::this_thread::yield();
                      return {};
                  },
                  {});
    QVERIFY(executor.run(std::move(graph), reporter, {}).has_value());
    QCOMPARE(threads.size(), static_cast<std::size_t>(workers));
    QCOMPARE(numbers.size(), static_cast<std::size_t>(workers));
    QCOMPARE(*numbers.rbegin(), workers - 1);
}

void TaskGraphTest::aFailedAllocationIsAnError()
{
    TaskPool executor(2);
    testing::EventLog log;
    RunReporter reporter(log);
    TaskGraph graph;
    graph.add("hungry", [](const TaskContext&) -> Result<void> { throw std::bad_alloc(); }, {});
    const auto result = executor.run(std::move(graph), reporter, {});
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::OutOfMemory);
    TaskGraph buggy;
    buggy.add("buggy", [](const TaskContext&) -> Result<void> { throw std::out_of_range("x"); },
              {});
    QCOMPARE(executor.run(std::move(buggy), reporter, {}).error().code, ErrorCode::Internal);
}

void TaskGraphTest::theFirstErrorInOrderWins()
{
    TaskPool executor(4);
    testing::EventLog log;
    RunReporter reporter(log);
    for (int round = 0; round < 20; ++round) {
        const auto make = [](std::size_t i, const TaskContext&) -> Result<int> {
            if (i >= 5) return Error{.code = ErrorCode::Io, .message = std::to_string(i)};
            return 1;
        };
        int taken = 0;
        const auto take = [&](std::size_t, int, const TaskContext&) -> Result<void> {
            ++taken;
            return {};
        };
        const PassContext pass{executor, reporter, {}};
        const auto result = orderedPass<int>(pass, {"make", "take"}, 40, make, take);
        QVERIFY(result.has_error());
        QCOMPARE(result.error().message, "5");
        QCOMPARE(taken, 5);
    }
}

void TaskGraphTest::stopEndsAGraphEarly()
{
    TaskPool executor(2);
    testing::EventLog log;
    RunReporter reporter(log);
    std::stop_source stop;
    TaskGraph graph;
    std::atomic<int> ran = 0;
    for (int i = 0; i < 1000; ++i)
        graph.add("count",
                  [&](const TaskContext&) -> Result<void> {
                      if (++ran == 10) stop.request_stop();
                      return {};
                  },
                  {});
    const auto result = executor.run(std::move(graph), reporter, stop.get_token());
    QVERIFY(result.has_error());
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    QVERIFY(ran <= 11);
}

SPILLWAY_TESTS(TaskGraphTest, QCoreApplication)
#include "task_graph_test.moc"
