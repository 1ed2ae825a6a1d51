#pragma once

#include "native/chunked/memory_budget.h"
#include "native/chunked/task_graph.h"
#include "native/run/run_reporter.h"

#include <memory>
#include <stop_token>

namespace spillway {

/// Runs task graphs on exactly `workers` threads: a oneTBB arena whose last place the thread that
/// calls run() takes, so the process has workers − 1 threads more than before.
class TaskPool {
public:
    explicit TaskPool(int workers);
    ~TaskPool();
    TaskPool(const TaskPool&) = delete;
    TaskPool& operator=(const TaskPool&) = delete;

    int workers() const { return workers_; }
    /// Waits until every thread exists and has run once. Internal when the system does not provide
    /// them within ten seconds.
    Result<void> start();
    /// Runs every task of `graph` and returns when all have ended. The first failure (in the order
    /// in which tasks were added) stops the rest; tasks under way end first. A failed allocation is
    /// OutOfMemory. Cancelled after a stop. Tasks start when `budget`, if there is one, lets them.
    Result<void> run(TaskGraph graph, RunReporter& reporter, const std::stop_token& stop,
                     MemoryBudget* budget = nullptr);

private:
    int workers_;
    struct Private;
    std::unique_ptr<Private> d_;
};

} // namespace spillway
