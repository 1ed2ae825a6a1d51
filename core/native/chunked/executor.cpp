#include "native/chunked/executor.h"

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <functional>
#include <new>
#include <queue>
#include <thread>

namespace spillway {
namespace {

constexpr Seconds threadPatience{10};

Result<void> guarded(const TaskGraph::Work& work, const TaskContext& context)
{
    try {
        return work(context);
    } catch (const std::bad_alloc&) {
        return Error{.code = ErrorCode::OutOfMemory,
                     .message = "The system has no memory left for this run.",
                     .phase = {},
                     .remedy = "Fewer workers or a machine with more memory will help."};
    } catch (const std::exception& problem) {
        return Error{.code = ErrorCode::Internal,
                     .message = fmt::format("A task failed unexpectedly: {}.", problem.what()),
                     .phase = {},
                     .remedy = {}};
    }
}

} // namespace

/// One graph under way. TBB's own tasks are anonymous turns: each takes the ready task that was
/// added first. TBB alone would start the newest first, and a pass over a file would keep all its
/// intermediate results until the end.
class GraphRun {
public:
    GraphRun(TaskGraph& graph, RunReporter& reporter, const std::stop_token& stop,
             tbb::task_group& group)
        : tasks_(graph.tasks_), reporter_(reporter), stop_(stop), group_(group)
    {
    }

    void start()
    {
        std::size_t turns = 0;
        for (TaskGraph::Node node = 0; node < tasks_.size(); ++node)
            if (tasks_[node].waitsFor == 0) {
                ready_.push(node);
                ++turns;
            }
        offer(turns);
    }

    Result<void> result()
    {
        const std::lock_guard lock(mutex_);
        if (error_) return *error_;
        if (ended_ < tasks_.size()) return cancelled();
        return {};
    }

private:
    void offer(std::size_t turns)
    {
        for (; turns > 0; --turns)
            group_.run([this] { takeTurn(); });
    }

    void takeTurn()
    {
        TaskGraph::Node node;
        {
            const std::lock_guard lock(mutex_);
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

    /// How many tasks became ready.
    std::size_t finish(TaskGraph::Node node, const Result<void>& result)
    {
        const std::lock_guard lock(mutex_);
        if (!result) {
            if (!error_ || node < errorNode_) error_ = result.error();
            errorNode_ = node;
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

    std::vector<TaskGraph::Task>& tasks_;
    RunReporter& reporter_;
    const std::stop_token stop_;
    tbb::task_group& group_;

    std::mutex mutex_; ///< guards all below
    std::priority_queue<TaskGraph::Node, std::vector<TaskGraph::Node>, std::greater<>> ready_;
    std::size_t ended_ = 0;
    std::optional<Error> error_;
    TaskGraph::Node errorNode_ = 0;
};

struct Executor::Private {
    explicit Private(int workers)
        : control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workers)),
          arena(workers, 1)
    {
    }
    tbb::global_control control; ///< without it TBB makes no more threads than there are cores
    tbb::task_arena arena;
};

Executor::Executor(int workers) : workers_(workers), d_(std::make_unique<Private>(workers)) {}

Executor::~Executor() = default;

Result<void> Executor::start()
{
    std::atomic<int> arrived = 0;
    const Seconds deadline = monotonicNow() + threadPatience;
    d_->arena.execute([&] {
        tbb::task_group group;
        const auto meet = [&] {
            ++arrived;
            while (arrived < workers_ && monotonicNow() < deadline)
                std::this_thread::yield();
        };
        for (int i = 0; i < workers_; ++i)
            group.run(meet);
        group.wait();
    });
    if (monotonicNow() < deadline) return {};
    return Error{.code = ErrorCode::Internal,
                 .message = fmt::format("{} worker threads could not be started.", workers_),
                 .phase = {},
                 .remedy = "Ask for fewer workers."};
}

Result<void> Executor::run(TaskGraph graph, RunReporter& reporter, const std::stop_token& stop)
{
    return d_->arena.execute([&] {
        tbb::task_group group;
        GraphRun run(graph, reporter, stop, group);
        run.start();
        group.wait();
        return run.result();
    });
}

} // namespace spillway
