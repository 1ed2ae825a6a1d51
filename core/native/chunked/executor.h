#pragma once

#include "native/chunked/memory_guard.h"
#include "native/chunked/task_graph.h"
#include "native/run/run_reporter.h"

#include <memory>
#include <stop_token>

namespace spillway {

/// Runs task graphs on exactly `workers` threads: a oneTBB arena in which the thread that calls
/// run() takes the last slot, so the process has workers − 1 additional threads.
class Executor {
public:
    explicit Executor(int workers);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    int workers() const { return workers_; }
    /// Waits until every thread exists and has run once. Internal when the system does not provide
    /// them within ten seconds.
    Result<void> start();
    /// Runs every task of `graph` and returns when all have ended. The first failure (in the order
    /// in which tasks were added) stops the rest; running tasks finish first. A failed allocation
    /// is OutOfMemory. Cancelled after a stop. `guard`, if there is one, decides when tasks may
    /// start.
    Result<void> run(TaskGraph graph, RunReporter& reporter, const std::stop_token& stop,
                     MemoryGuard* guard = nullptr);

private:
    int workers_;
    struct Private;
    std::unique_ptr<Private> d_;
};

} // namespace spillway
