#pragma once

#include "experiment/expand.h"
#include "experiment/time_budget.h"
#include "host/supervisor.h"
#include "session/session_store.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace spillway {

/// What a plan does with a dataset before its first run, and where files have a new stamp.
enum class DatasetStep {
    Fingerprint, ///< reads every byte, to know the data again
    NativePass   ///< reads every row with the native engine
};

/// What a native pass found in a dataset.
struct DatasetShape {
    std::int64_t rows = 0;
    Bytes bytes = 0;
    bool lastLineComplete = true; ///< the last file ends with a line break
};

/// Told about a plan while it runs, on the runner's thread.
class PlanObserver : public RunObserver {
public:
    virtual void onPlan(const std::vector<PlannedRun>&) {}
    /// Many times a second where the reading takes longer.
    virtual void onDatasetProgress(const Dataset&, DatasetStep, Bytes /*done*/, Bytes /*total*/) {}
    /// The manifest beside it is of other bytes: the data count as such that Spillway did not
    /// write.
    virtual void onManifestRefuted(const Dataset&) {}
    /// Before a native pass that tells what rows and groups a dataset has; no run of the plan.
    virtual void onReference(const Dataset&) {}
    /// After it, when it came to an end.
    virtual void onDatasetRead(const Dataset&, const DatasetShape&) {}
    /// The native engine could not say what the data are (a dialect that it does not read, no
    /// memory, …): results are not checked.
    virtual void onDatasetUnchecked(const Dataset&, const Error&) {}
    virtual void onRunStarted(const PlannedRun&, std::size_t /*position*/) {}
    /// After the run is in the session; `record.id` is set.
    virtual void onRunEnded(const RunRecord&, std::size_t /*position*/) {}
};

struct RunnerOptions {
    SupervisorOptions supervisor;
    bool continuePlan = false; ///< only runs that the session does not hold yet
    /// Memory that may hold the files of a run and what the run allocates; nothing: what is
    /// available when the plan begins.
    std::optional<Bytes> freeMemory;
    /// Since when the plan's time budget runs; nothing: since it was started.
    std::optional<Seconds> began;
    /// What the budget is told by.
    std::function<Seconds()> clock = monotonicNow;
};

struct PlanOutcome {
    int ok = 0;
    int failed = 0;     ///< ended with a failure, the unreadable ones among them
    int unreadable = 0; ///< never started, since the native pass cannot read their data
    int unsupported = 0;
    int skipped = 0;
    bool cancelled = false;
    std::optional<LeftOut> leftOut; ///< set when the time budget ended the plan
};

/// queue → supervisor → result check → store. The one way to run a plan, for terminal and window.
class Runner {
public:
    Runner(const EngineRegistry& registry, SessionStore& store, RunnerOptions options);

    /// Blocks until every run has ended or `stop` is asked for (which cancels the run in progress
    /// and stores it as cancelled). `stopCurrentRun` cancels one run: the plan goes on. A failed
    /// run never stops the plan; only a session that cannot be written does. Before the first run
    /// every dataset is read once by the native engine, unless it is known; runs on data that this
    /// cannot read are stored as failed, DataUnreadable, and not started. A time budget begins anew
    /// with every start, also with one that continues a plan. Errors before anything
    /// has run: InvalidArgument (plan), DataUnreadable (a dataset is missing, or no longer what was
    /// planned). Flag it adds to records: "unchecked" (there was nothing to check a result
    /// against).
    Result<PlanOutcome> run(const Plan& plan, PlanObserver& observer, std::stop_token stop);
    /// From any thread: cancels the run in progress.
    void stopCurrentRun();

private:
    struct Private;
    std::shared_ptr<Private> d_;
};

} // namespace spillway
