#pragma once

#include "experiment/plan_context.h"
#include "experiment/reference_book.h"
#include "workloads/etl/etl.h"

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

    /// Runs the passes that `runs` need; a stop ends them early. The only error is a session that
    /// cannot be written.
    Result<void> make(const std::vector<PlannedRun>& runs, std::int64_t planId);

    /// Why no run may start on these data: DataUnreadable, with the location. Nothing if runs may
    /// start.
    std::optional<Error> refusal(const PlannedRun& run) const;
    /// The expected ETL result for the run's columns, including the number of rows; nothing when no
    /// pass completed.
    std::optional<ReferenceResult> reference(const PlannedRun& run);
    /// The manifest of a generated dataset.
    std::optional<DatasetManifest> manifest(const PlannedRun& run);

private:
    /// Position of the dataset in the plan, and the columns that are read.
    using Key = std::pair<std::size_t, std::string>;

    Result<void> make(const Dataset& dataset, const EtlWorkload& columns, const Key& key,
                      std::int64_t planId);
    RunOutcome read(const Dataset& dataset, const EtlWorkload& columns,
                    std::vector<std::string> commandLine, std::int64_t planId);
    Result<void> keep(const Dataset& dataset, const EtlWorkload& columns, RunOutcome& outcome);
    static Key keyOf(const PlannedRun& run);

    PlanContext context_;
    const Plan& plan_;
    std::stop_token stop_;
    ReferenceBook book_;
    std::set<Key> seen_;
    std::map<Key, Error> unreadable_;
};

} // namespace spillway
