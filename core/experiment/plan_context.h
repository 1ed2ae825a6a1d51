#pragma once

#include "base/mutex.h"
#include "experiment/runner.h"

#include <stop_token>

namespace spillway {

/// Stop request for the current run, from any thread.
class CurrentRun {
public:
    /// A new run begins: earlier stop requests were for earlier runs.
    std::stop_token begin();
    void stop();

private:
    Mutex mutex_;
    std::stop_source source_ GUARDED_BY(mutex_);
};

/// What running a plan needs.
struct PlanContext {
    const EngineRegistry& registry;
    SessionStore& store;
    const RunnerOptions& options;
    PlanObserver& observer;
    CurrentRun& current;
};

} // namespace spillway
