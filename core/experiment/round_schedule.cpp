#include "experiment/round_schedule.h"

#include "protocol/decision_looks.h"

#include <utility>

namespace spillway {

RoundSchedule::RoundSchedule(Plan plan, std::vector<PlannedRun> runs, UndecidedCells undecided)
    : plan_(std::move(plan)), runs_(std::move(runs)), undecided_(std::move(undecided))
{
}

std::vector<PlannedRun> RoundSchedule::next(const std::vector<RunRecord>& records)
{
    if (rounds_ == 0) {
        rounds_ = firstRoundsOf(plan_);
        return runs_;
    }
    const int look = lookAfter(rounds_);
    if (!plan_.untilDecided || !undecided_ || look == 0) return {};
    auto rounds = roundsOf(plan_, runs_, rounds_ + 1, look, undecided_(records));
    if (!rounds.empty()) rounds_ = look;
    return rounds;
}

std::vector<PlannedRun> remainingRuns(const Plan& plan, std::vector<PlannedRun> runs,
                                      const std::vector<RunRecord>& records,
                                      const UndecidedCells& undecided)
{
    RoundSchedule schedule(plan, std::move(runs), undecided);
    while (true) {
        auto batch = schedule.next(records);
        if (batch.empty()) return batch;
        if (auto missing = missingRuns(std::move(batch), records); !missing.empty()) return missing;
    }
}

} // namespace spillway
