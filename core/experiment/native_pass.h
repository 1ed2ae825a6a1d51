#pragma once

#include "experiment/plan_context.h"
#include "experiment/reference_book.h"
#include "workloads/etl/etl.h"
#include "workloads/result_checker.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace spillway {

/// Reads every dataset of a plan once with the native engine before the first run starts, so that
/// the data's rows are known independently of the engines under test. Nothing is read if a manifest
/// or an earlier plan of the session already has the facts.
class NativePasses {
public:
    NativePasses(const PlanContext& context, const Plan& plan, std::stop_token stop);

    /// Makes the passes that `runs` need; a stop ends them early. Only a session that cannot be
    /// written is an error.
    Result<void> make(const std::vector<PlannedRun>& runs);

    /// Why no run may start on these data: DataUnreadable, with the location. Nothing if runs may
    /// start.
    std::optional<Error> refusal(const PlannedRun& run) const;
    /// What the pass over the run's columns gives, the number of rows among it; nothing when none
    /// came to an end.
    std::optional<Reference> reference(const PlannedRun& run);
    /// Of a generated dataset.
    std::optional<DatasetManifest> manifest(const PlannedRun& run);
    /// What Spillway's own engine makes of the run's data, for a check of its result; see
    /// workloads/result_checker.h.
    Result<RunResult> work(const PlannedRun& run, const Workload& workload, std::string_view job,
                           std::stop_token stop);

private:
    /// Position of the dataset in the plan, and the columns that are read.
    using Key = std::pair<std::size_t, std::string>;

    Result<void> make(const Dataset& dataset, const EtlWorkload& columns, const Key& key);
    /// One job of the native engine; no run of the plan.
    RunOutcome run(const Dataset& dataset, const Workload& workload, std::string_view job,
                   DatasetStep step, std::vector<std::string> commandLine, std::stop_token stop);
    Result<std::vector<std::string>> commandLine(const Dataset& dataset) const;
    Result<void> keep(const Dataset& dataset, const EtlWorkload& columns, RunOutcome& outcome);
    Key keyOf(const PlannedRun& run) const;
    /// The dataset that is read for the run's: the same data as CSV where the plan has them
    /// and their keys are the same.
    std::size_t placeOf(const PlannedRun& run) const;

    PlanContext context_;
    const Plan& plan_;
    std::stop_token stop_;
    ReferenceBook book_;
    std::set<Key> seen_;
    std::map<Key, Error> unreadable_;
    std::map<std::string, RunResult> worked_; ///< by dataset, workload and job
};

} // namespace spillway
