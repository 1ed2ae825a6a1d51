#pragma once

#include "analysis/comparison.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// An engine's place in a ranking: its fastest cell in which every run finished; where there is
/// none, the one that came nearest to it.
struct RankingRow {
    std::string name; ///< "Dask naive"
    std::string engine;
    bool deployable = true;      ///< as EngineFacts has it
    std::optional<CellKey> cell; ///< nothing: nothing was run
    std::optional<Interval> seconds;
    std::optional<Interval> setupSeconds; ///< on top of `seconds`
    std::optional<Interval> peakBytes;
    std::optional<Interval> spilledBytes; ///< on disk, for lack of memory
    int runs = 0;
    /// How runs of the cell failed, and why; for a line that was not run why not.
    std::optional<RunStatus> failure;
    int failures = 0;
    std::string why;
    /// Its other worker counts that did not always finish.
    std::vector<int> failedWorkers;
};

/// A row for each line: those that always finished by their time, then those that did sometimes,
/// then those that never did, then what was not run.
std::vector<RankingRow> ranking(const Comparison& comparison);
/// With its lines in the order of their places.
Comparison fastestFirst(Comparison comparison);

} // namespace spillway
