#pragma once

#include "experiment/dataset_watch.h"
#include "experiment/failure_ledger.h"
#include "experiment/reference_book.h"
#include "experiment/runner.h"

#include <map>
#include <mutex>
#include <set>
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

/// One plan from its first run to its last. Used once.
class PlanRun {
public:
    PlanRun(const PlanContext& context, const Plan& plan, std::stop_token stop);
    Result<PlanOutcome> execute();

private:
    Result<void> prepare();
    Result<void> takeDatasets();
    Result<std::int64_t> planId();
    Result<void> runOne(const PlannedRun& run, std::size_t position);
    /// Everything but an interrupted session is a status of the record.
    Result<RunOutcome> outcomeOf(const PlannedRun& run, std::size_t position);
    RunOutcome measure(const PlannedRun& run, std::size_t position);
    Result<void> checkResult(const PlannedRun& run, RunOutcome& outcome);
    Result<std::optional<ReferenceResult>> reference(const Dataset& dataset,
                                                     const EtlWorkload& workload);
    Result<void> makeReference(const Dataset& dataset, const EtlWorkload& workload);
    Launch launchOf(const PlannedRun& run, std::size_t position,
                    std::vector<std::string> commandLine) const;
    void complete(const PlannedRun& run, RunRecord& record) const;
    void count(const RunRecord& record);

    PlanContext context_;
    const Plan& plan_;
    std::stop_token stop_;
    std::vector<PlannedRun> runs_;
    std::vector<DatasetWatch> watches_; ///< one a dataset of the plan
    ReferenceBook references_;
    /// Datasets and columns whose native pass failed: it is not tried again in this plan.
    std::set<std::pair<std::string, std::string>> unreferenced_;
    FailureLedger failures_;
    Environment environment_;
    std::int64_t planId_ = 0;
    PlanOutcome outcome_;
};

} // namespace spillway
