#pragma once

#include "base/mutex.h"
#include "experiment/runner.h"

#include <stop_token>

namespace spillway {

/// The stop of the run in progress, asked for from any thread.
class CurrentRun {
public:
    /// A new run begins: earlier wishes to stop were for earlier runs.
    std::stop_token begin();
    void stop();

private:
    Mutex mutex_;
    std::stop_source source_ GUARDED_BY(mutex_);
};

/// What a plan is run with.
struct PlanContext {
    const EngineRegistry& registry;
    SessionStore& store;
    const RunnerOptions& options;
    PlanObserver& observer;
    CurrentRun& current;
};

} // namespace spillway
