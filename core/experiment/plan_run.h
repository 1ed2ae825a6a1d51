#pragma once

#include "experiment/dataset_watch.h"
#include "experiment/failure_ledger.h"
#include "experiment/native_pass.h"
#include "experiment/oracles.h"
#include "experiment/plan_context.h"
#include "experiment/time_budget.h"

#include <set>
#include <stop_token>

namespace spillway {

/// Executes one plan from its first run to its last. Used once.
class PlanRun {
public:
    PlanRun(const PlanContext& context, const Plan& plan, std::stop_token stop);
    Result<PlanOutcome> execute();

private:
    Result<void> prepare();
    Result<void> takeDatasets();
    Result<void> checkRoom() const;
    Result<std::int64_t> planId();
    Result<std::vector<RunRecord>> earlierRuns() const;
    std::vector<PlannedRun> nextBatch(const std::vector<RunRecord>& records);
    Result<void> addRounds();
    UndecidedCells undecidedInTime() const;
    bool starts(const PlannedRun& run) const;
    bool cutToBudget(std::size_t position);
    std::vector<PlannedRun> toStart(std::size_t begin) const;
    void leaveOut(std::size_t begin, const std::set<CellKey>& cells);
    bool takeStoppedByBudget(const PlannedRun& run, std::size_t position, RunRecord& record);
    void noteLeftOut();
    Result<void> runOne(const PlannedRun& run, std::size_t position);
    /// Every failure becomes a status of the record.
    RunOutcome outcomeOf(const PlannedRun& run, std::size_t position);
    RunOutcome measure(const PlannedRun& run, std::size_t position);
    void checkResult(const PlannedRun& run, RunOutcome& outcome);
    WatchOptions watching(const Dataset& dataset) const;
    Launch launchOf(const PlannedRun& run, std::size_t position,
                    std::vector<std::string> commandLine) const;
    Seconds timeoutAt(std::size_t position) const;
    Bytes cacheRoom(std::optional<Bytes> limit) const;
    std::vector<std::filesystem::path> filesInTheWay(const PlannedRun& run) const;
    void complete(const PlannedRun& run, RunRecord& record) const;
    void count(const RunRecord& record);

    PlanContext context_;
    Plan plan_; ///< its datasets as stored in the session
    std::stop_token stop_;
    RoundSchedule schedule_{{}, {}, {}};
    std::vector<PlannedRun> runs_;      ///< of all batches so far
    std::vector<DatasetWatch> watches_; ///< one per dataset of the plan
    NativePasses passes_;
    Oracles oracles_;
    FailureLedger failures_;
    TimeBudget budget_;
    std::optional<int> round_; ///< of the last run that was started; nothing before the first
    std::vector<PlannedRun> leftOut_; ///< by the time budget
    Environment environment_;
    Bytes freeMemory_ = 0; ///< at the plan's start, so that all of its runs start alike
    std::int64_t planId_ = 0;
    PlanOutcome outcome_;
};

} // namespace spillway
