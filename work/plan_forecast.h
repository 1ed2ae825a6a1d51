#pragma once

#include "work/watched_run.h"

#include <optional>
#include <vector>

/// What is left of a plan: the same for the status bar, the Live page and its queue.
namespace spillway {

/// A run that has not started yet, and when it will.
struct QueuedRun {
    std::size_t position = 0;        ///< in the plan
    std::optional<Seconds> startsIn; ///< unknown until one run has ended
};

/// The rest of a plan.
struct PlanForecast {
    std::vector<QueuedRun> queue; ///< in the order in which they run
    std::optional<Seconds> left;  ///< until the plan ends
};

/// A run is expected to take as long as the later runs of its cell (median). A cell that has run
/// once only, with programs not yet read from disk, is expected to become faster as others did. One
/// that has not run takes what it took in earlier plans, else what its engine takes with other
/// worker counts, else the mean of all. Two failures end a cell. `currentElapsed`: how long the
/// current run has taken so far.
PlanForecast forecast(const PlanProgress& plan, Seconds currentElapsed);
/// Time until the plan ends, which a time budget may make sooner.
std::optional<Seconds> leftUntilEnd(const PlanProgress& plan, const PlanForecast& forecast,
                                    Seconds now);

} // namespace spillway
