#pragma once

#include "experiment/runner.h"

#include <mutex>
#include <stop_token>

namespace spillway {

/// The stop of the run in progress, asked for from any thread.
class CurrentRun {
public:
    /// A new run begins: earlier wishes to stop were for earlier runs.
    std::stop_token begin();
    void stop();

private:
    std::mutex mutex_;
    std::stop_source source_; ///< guarded by mutex_
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
