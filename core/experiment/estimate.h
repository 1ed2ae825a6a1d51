#pragma once

#include "experiment/expand.h"
#include "experiment/left_out.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// The estimated cost of a plan. What cannot be estimated is left empty and shown as unknown.
struct PlanEstimate {
    int runs = 0;
    int refused = 0;
    std::vector<std::string> refusals; ///< distinct reasons
    std::optional<Seconds> duration;   ///< from earlier runs of the same cells, scaled by bytes
    int runsWithUnknownTime = 0;
    std::optional<Seconds> budget;     ///< the plan's
    std::optional<LeftOut> leftOut;    ///< by the budget, if not all runs are expected to fit
    Bytes scratch = 0;                 ///< largest requirement of a single run
    std::vector<std::string> warnings; ///< "16 workers on 2 cores: oversubscribed", …
};

/// How long a run of each cell takes, by earlier runs of the same cell, or of the same work on
/// other data, scaled by bytes; cells without any are left out. A cell that never finished takes as
/// long as its failures did.
std::map<CellKey, Seconds> earlierTimes(const Plan& plan, const std::vector<PlannedRun>& runs,
                                        const std::vector<RunRecord>& history);

PlanEstimate estimate(const Plan& plan, const std::vector<PlannedRun>& runs,
                      const std::vector<RunRecord>& history, int usableCores);

} // namespace spillway
