#pragma once

#include "experiment/plan_context.h"
#include "workloads/result_checker.h"

#include <map>
#include <optional>
#include <stop_token>
#include <string>

namespace spillway {

/// References of workloads that Spillway's own engine cannot answer: an engine that their kind
/// names (ResultChecker::oracle) answers once, when the first result is to be checked, so that the
/// first run of a plan with many jobs does not wait for all of them; when it is not ready or fails,
/// the first engine that finishes gives the reference. They hold for one plan.
class Oracles {
public:
    Oracles(const PlanContext& context, const Plan& plan);

    /// Nothing when no engine has answered yet. Not a copy: a result may have millions of rows.
    const std::optional<Reference>& reference(const PlannedRun& run, std::stop_token stop);
    /// The answer of a run that had no reference becomes the one of the others.
    void offer(const PlannedRun& run, const RunOutcome& outcome);

private:
    std::string keyOf(const PlannedRun& run) const;
    std::optional<Reference> ask(const PlannedRun& run, std::stop_token stop);

    PlanContext context_;
    const Plan& plan_;
    std::map<std::string, std::optional<Reference>> references_; ///< by dataset and workload
};

/// The result with all rows of its table, wherever they travelled.
RunResult wholeResult(const RunOutcome& outcome);

} // namespace spillway
