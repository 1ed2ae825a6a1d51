#pragma once

#include "experiment/plan.h"
#include "host/engine_registry.h"
#include "session/session_store.h"

#include <vector>

namespace spillway {

/// One run that a plan asks for.
struct PlannedRun {
    CellKey cell;
    std::string engineTitle; ///< as the engine's manifest has it; empty: not known
    std::size_t dataset = 0; ///< position in the plan
    Workload workload;       ///< parameters applied
    int repeat = 1;
    bool warmup = false;
    int round = 0; ///< 0 … warmup−1 warm-ups, then one round a repeat
    /// Set when it will not be started: unsupported, with the reason.
    std::optional<Error> refusal;

    bool operator==(const PlannedRun&) const = default;
};

/// Ordered runs of a plan: warm-up rounds first, then rounds in which every cell stands once,
/// shuffled by (seed, round) alone; where a time budget may end the plan, the first warm-up round
/// begins with the engines that need least memory, which are those that start fastest. Pure: same
/// plan, same runs. An engine that cannot do the workload, is not ready, or whose floor lies above
/// the limit appears once per cell with its refusal, before all others. One that uses fewer workers
/// than any of the plan's counts is run with the most that it uses. A workload without columns gets
/// those that the dataset's schema leaves no doubt about.
std::vector<PlannedRun> expand(const Plan& plan, const std::vector<EngineInfo>& engines);

/// Those of `runs` that `done` does not hold yet (cell, repeat and warm-up equal; cancelled runs
/// and runs lost in a crash count as not done, and so do repeats that were not measured as they
/// should be, see protocol/counted.h: each is made once more a time that a plan is continued).
/// Cells that `done` has skipped stay so; a refusal is not repeated, but a cell that was refused
/// and no longer is (its engine is ready now) is run.
std::vector<PlannedRun> missingRuns(std::vector<PlannedRun> runs,
                                    const std::vector<RunRecord>& done);

/// The memory limit of a further plan in a session that holds `plans`, where none was asked for:
/// the last plan's, for the default follows the memory that is free now and would make cells that
/// no earlier run belongs to. Nothing without a plan, or after one of several limits; the inner
/// nothing is a plan without a limit.
std::optional<std::optional<Bytes>> lastLimit(const std::vector<StoredPlan>& plans);

} // namespace spillway
