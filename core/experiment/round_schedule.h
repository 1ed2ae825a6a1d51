#pragma once

#include "experiment/expand.h"

#include <functional>
#include <vector>

namespace spillway {

/// The cells that further rounds are worth running of, from a session's runs. Made by who knows
/// what a verdict is (work/undecided.h): the statistics are above this room.
using UndecidedCells = std::function<std::vector<CellKey>(const std::vector<RunRecord>&)>;

/// A plan's runs, batch by batch: all rounds that every cell has, then, where it is repeated until
/// decided, the rounds up to each further look, of what is undecided by then.
class RoundSchedule {
public:
    /// `runs`: expand() of the plan. Without `undecided` there is one batch.
    RoundSchedule(Plan plan, std::vector<PlannedRun> runs, UndecidedCells undecided);

    /// The next batch; empty: the plan is over.
    std::vector<PlannedRun> next(const std::vector<RunRecord>& records);
    /// Counted rounds up to the end of the last batch.
    int rounds() const { return rounds_; }

private:
    Plan plan_;
    std::vector<PlannedRun> runs_;
    UndecidedCells undecided_;
    int rounds_ = 0;
};

/// What a plan still has to run in a session that holds `records`; of one that is repeated until
/// decided, up to the next look.
std::vector<PlannedRun> remainingRuns(const Plan& plan, std::vector<PlannedRun> runs,
                                      const std::vector<RunRecord>& records,
                                      const UndecidedCells& undecided);

} // namespace spillway
