#pragma once

#include "experiment/job_plan.h"
#include "experiment/plan.h"
#include "host/engine_registry.h"
#include "session/session_store.h"

#include <vector>

namespace spillway {

/// One run of a plan.
struct PlannedRun {
    CellKey cell;
    std::string engineTitle; ///< as the engine's manifest has it; empty: not known
    std::size_t dataset = 0; ///< position in the plan
    Workload workload;       ///< parameters applied
    std::string program;     ///< JobPlans::programHash
    int repeat = 1;
    bool warmup = false;
    int round = 0; ///< 0 … warmup−1: warm-ups, then one round per repeat
    /// Set when it will not be started because it is unsupported, with the reason.
    std::optional<Error> refusal;
    /// The refusal is the job's and the data's, and so every engine's.
    bool refusedForAll = false;

    bool operator==(const PlannedRun&) const = default;
};

/// The least memory limit with which an engine can start, in whole megabytes; 0: any.
Bytes leastLimitOf(const EngineManifest& manifest);

/// Ordered runs of a plan: warm-up rounds first, then rounds that contain every cell once, shuffled
/// by (seed, round) alone; the first warm-up round begins with the engines that need least memory,
/// which are those that start fastest: something is seen at once. Pure function: same plan, same
/// runs. An engine that cannot do the workload, is not ready, or whose floor is above the limit
/// appears once per cell with its refusal, before all others. An engine that supports fewer workers
/// than any of the plan's counts is run with its maximum. A workload without columns gets those
/// that the dataset's schema determines unambiguously. `jobs` says what an engine cannot do of a
/// job.
std::vector<PlannedRun> expand(const Plan& plan, const std::vector<EngineInfo>& engines,
                               const JobPlans& jobs = {});

/// Rounds `first` … `last` of the cells of `runs` that are in `cells`, each round shuffled.
std::vector<PlannedRun> roundsOf(const Plan& plan, const std::vector<PlannedRun>& runs, int first,
                                 int last, const std::vector<CellKey>& cells);

/// The `runs` that are not in `done` yet (same cell, repeat and warm-up; cancelled and excluded
/// runs and runs lost in a crash count as not done, and so do repeats that were not properly
/// measured, see protocol/counted.h: each is repeated once whenever a plan is continued). Cells
/// that were skipped in `done` stay skipped; a refusal is not repeated, but a cell that is no
/// longer refused (its engine is ready now) is run. `rerunFailed`: those that failed or were
/// skipped for it are not done either.
std::vector<PlannedRun> missingRuns(std::vector<PlannedRun> runs,
                                    const std::vector<RunRecord>& done, bool rerunFailed = false);

/// The default memory limit of a new plan in a session with `plans`: the last plan's, so that the
/// runs fall into the same cells. Nothing without a plan, or after one with several limits; the
/// inner nothing is a plan without a limit.
std::optional<std::optional<Bytes>> lastLimit(const std::vector<StoredPlan>& plans);

} // namespace spillway
