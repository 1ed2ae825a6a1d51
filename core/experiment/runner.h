#pragma once

#include "experiment/expand.h"
#include "host/supervisor.h"
#include "session/session_store.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace spillway {

/// Told about a plan while it runs, on the runner's thread.
class PlanObserver : public RunObserver {
public:
    virtual void onPlan(const std::vector<PlannedRun>&) {}
    /// Before the one native pass that tells what a dataset's results have to be; no run of the
    /// plan.
    virtual void onReference(const Dataset&) {}
    virtual void onRunStarted(const PlannedRun&, std::size_t /*position*/) {}
    /// After the run is in the session; `record.id` is set.
    virtual void onRunEnded(const RunRecord&, std::size_t /*position*/) {}
};

struct RunnerOptions {
    SupervisorOptions supervisor;
    bool continuePlan = false; ///< only runs that the session does not hold yet
};

struct PlanOutcome {
    int ok = 0;
    int failed = 0; ///< ended with a failure
    int unsupported = 0;
    int skipped = 0;
    bool cancelled = false;
};

/// queue → supervisor → result check → store. The one way to run a plan, for terminal and window.
class Runner {
public:
    Runner(const EngineRegistry& registry, SessionStore& store, RunnerOptions options);

    /// Blocks until every run has ended or `stop` is asked for (which cancels the run in progress
    /// and stores it as cancelled). `stopCurrentRun` cancels one run: the plan goes on. A failed
    /// run never stops the plan; only a session that cannot be written does. Errors before anything
    /// has run: InvalidArgument (plan), DataUnreadable (a dataset is not, or no longer, what was
    /// planned). Flag it adds to records: "unchecked" (there was no reference to check an ETL
    /// result against).
    Result<PlanOutcome> run(const Plan& plan, PlanObserver& observer, std::stop_token stop);
    /// From any thread: cancels the run in progress.
    void stopCurrentRun();

private:
    struct Private;
    std::shared_ptr<Private> d_;
};

} // namespace spillway
