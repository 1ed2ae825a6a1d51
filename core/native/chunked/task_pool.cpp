#include "native/chunked/task_pool.h"

#include "base/mutex.h"
#include "native/chunked/handoff.h"

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <functional>
#include <new>
#include <queue>
#include <thread>

#if defined(__SANITIZE_THREAD__)
/// oneTBB's own record of a task is written by who spawns it and read by who runs it, both in
/// headers that are instrumented, ordered by a library that is not: see handoff.h. What a task's
/// entry reads of that record is therefore not looked at; all that tasks do is.
#define SPILLWAY_TASK_ENTRY __attribute__((no_sanitize("thread")))
extern "C" const char* __tsan_default_suppressions()
{
    return "race:prepare_task\nrace:function_task*finalize\n";
}
#else
#define SPILLWAY_TASK_ENTRY
#endif

namespace spillway {
namespace {

constexpr Seconds threadPatience{10};

Result<void> guarded(const TaskGraph::Work& work, const TaskContext& context)
{
    try {
        return work(context);
    } catch (const std::bad_alloc&) {
        return makeError(ErrorCode::OutOfMemory, "The system has no memory left for this run.",
                         "Use fewer workers or a machine with more memory.");
    } catch (const std::exception& problem) {
        return makeError(ErrorCode::Internal,
                         fmt::format("A task failed unexpectedly: {}.", problem.what()));
    }
}

} // namespace

namespace {

/// A task's admission, released when the task ends.
class Admission {
public:
    Admission(MemoryBudget* budget, const std::stop_token& stop)
        : budget_(budget), granted_(budget ? budget->admit(stop) : Result<void>())
    {
    }
    ~Admission()
    {
        if (budget_ && granted_) budget_->release();
    }
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;

    const Result<void>& granted() const { return granted_; }

private:
    MemoryBudget* const budget_;
    const Result<void> granted_;
};

} // namespace

/// A running graph. TBB's own tasks are anonymous slots: each takes the ready task that was added
/// first. TBB alone would start the newest first, and a pass over a file would keep all its
/// intermediate results until the end.
class GraphRun {
public:
    GraphRun(TaskGraph& graph, RunReporter& reporter, const std::stop_token& stop,
             tbb::task_group& group, MemoryBudget* budget)
        : tasks_(graph.tasks_), reporter_(reporter), stop_(stop), group_(group), budget_(budget)
    {
    }

    void start()
    {
        std::size_t turns = 0;
        {
            const MutexLock lock(mutex_);
            for (TaskGraph::Node node = 0; node < tasks_.size(); ++node)
                if (tasks_[node].waitsFor == 0) {
                    ready_.push(node);
                    ++turns;
                }
        }
        offer(turns);
    }

    /// After the wait for the last turn.
    Result<void> result()
    {
        handoff_.take();
        const MutexLock lock(mutex_);
        if (error_) return *error_;
        if (ended_ < tasks_.size()) return cancelled();
        return {};
    }

private:
    void offer(std::size_t turns)
    {
        handoff_.give();
        for (; turns > 0; --turns)
            group_.run([this]() SPILLWAY_TASK_ENTRY { takeTurn(); });
    }

    void takeTurn()
    {
        const HandedOver handedOver(handoff_);
        if (failed()) return;
        const Admission admission(budget_, stop_);
        TaskGraph::Node node;
        {
            const MutexLock lock(mutex_);
            if (!admission.granted()) keep(admission.granted().error(), tasks_.size());
            if (error_ || stop_.stop_requested()) return;
            node = ready_.top();
            ready_.pop();
            reporter_.setQueued(static_cast<std::int64_t>(ready_.size()));
        }
        const TaskContext context{.worker = tbb::this_task_arena::current_thread_index(),
                                  .stop = stop_};
        TaskSpan span{.worker = context.worker,
                      .kind = tasks_[node].kind,
                      .begin = monotonicNow(),
                      .end = {}};
        const Result<void> result = guarded(tasks_[node].work, context);
        span.end = monotonicNow();
        tasks_[node].work = nullptr;
        reporter_.taskEnded(std::move(span));
        offer(finish(node, result));
    }

    bool failed()
    {
        const MutexLock lock(mutex_);
        return error_.has_value();
    }

    /// How many tasks became ready.
    std::size_t finish(TaskGraph::Node node, const Result<void>& result)
    {
        const MutexLock lock(mutex_);
        if (!result) {
            keep(result.error(), node);
            return 0;
        }
        ++ended_;
        std::size_t turns = 0;
        for (const TaskGraph::Node next : tasks_[node].next)
            if (--tasks_[next].waitsFor == 0) {
                ready_.push(next);
                ++turns;
            }
        return turns;
    }

    /// Of several errors, that of the task added first.
    void keep(const Error& error, TaskGraph::Node node) REQUIRES(mutex_)
    {
        if (!error_ || node < errorNode_) error_ = error;
        errorNode_ = std::min(errorNode_, node);
    }

    std::vector<TaskGraph::Task>& tasks_;
    RunReporter& reporter_;
    const std::stop_token stop_;
    tbb::task_group& group_;
    MemoryBudget* const budget_;
    Handoff handoff_;

    Mutex mutex_;
    std::priority_queue<TaskGraph::Node, std::vector<TaskGraph::Node>, std::greater<>>
        ready_ GUARDED_BY(mutex_);
    std::size_t ended_ GUARDED_BY(mutex_) = 0;
    std::optional<Error> error_ GUARDED_BY(mutex_);
    TaskGraph::Node errorNode_ GUARDED_BY(mutex_) = tasks_.size();
};

struct TaskPool::Private {
    explicit Private(int workers)
        : control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers)),
          arena(workers, 1)
    {
    }
    tbb::global_control control; ///< without it TBB makes no more threads than there are cores
    tbb::task_arena arena;
};

TaskPool::TaskPool(int workers) : workers_(workers), d_(std::make_unique<Private>(workers)) {}

TaskPool::~TaskPool() = default;

namespace {

/// As many tasks as threads, waiting for each other: all arrive only when every thread exists.
class Meeting {
public:
    explicit Meeting(int threads) : threads_(threads) {}

    void attend()
    {
        const HandedOver handedOver(handoff_);
        ++arrived_;
        while (arrived_ < threads_ && monotonicNow() < deadline_)
            std::this_thread::yield();
    }
    /// Returns whether all came.
    bool hold()
    {
        tbb::task_group group;
        handoff_.give();
        for (int i = 0; i < threads_; ++i)
            group.run([this]() SPILLWAY_TASK_ENTRY { attend(); });
        group.wait();
        handoff_.take();
        return monotonicNow() < deadline_;
    }

private:
    const int threads_;
    const Seconds deadline_ = monotonicNow() + threadPatience;
    std::atomic<int> arrived_ = 0;
    Handoff handoff_;
};

} // namespace

Result<void> TaskPool::start()
{
    if (d_->arena.execute([&] { return Meeting(workers_).hold(); })) return {};
    return makeError(ErrorCode::Internal,
                     fmt::format("{} worker threads could not be started.", workers_),
                     "Use fewer workers.");
}

Result<void> TaskPool::run(TaskGraph graph, RunReporter& reporter, const std::stop_token& stop,
                           MemoryBudget* budget)
{
    return d_->arena.execute([&] {
        tbb::task_group group;
        GraphRun run(graph, reporter, stop, group, budget);
        run.start();
        group.wait();
        return run.result();
    });
}

} // namespace spillway
