#pragma once

#include "native/chunked/memory_guard.h"
#include "native/chunked/task_graph.h"
#include "native/run/run_reporter.h"

#include <memory>
#include <stop_token>

namespace spillway {

/// Runs task graphs on exactly `workers` threads: a oneTBB arena whose last place the thread that
/// calls run() takes, so the process has workers − 1 threads more than before.
class Executor {
public:
    explicit Executor(int workers);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    int workers() const { return workers_; }
    /// Waits until every thread exists and has been at work once. Internal when the system does not
    /// give them within ten seconds.
    Result<void> start();
    /// Runs every task of `graph` and returns when all have ended. The first failure (in the order
    /// in which tasks were added) stops the rest; tasks under way end first. A failed allocation is
    /// OutOfMemory. Cancelled after a stop. Tasks start when `guard`, if there is one, lets them.
    Result<void> run(TaskGraph graph, RunReporter& reporter, const std::stop_token& stop,
                     MemoryGuard* guard = nullptr);

private:
    int workers_;
    struct Private;
    std::unique_ptr<Private> d_;
};

} // namespace spillway
