#pragma once

#include "experiment/expand.h"
#include "experiment/left_out.h"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace spillway {

/// Enforces a plan's time budget. A cell is expected to take as long as its runs so far on average,
/// from the start of one to that of the next (including set-up, cache, checks and storing); its
/// first run, with programs not yet read from disk, counts only until there is another. Runs are
/// cut to the time that is left so that as many cells as possible get the rounds that a verdict
/// takes (the first of decisionLooks), and none is left out as long as all fit:
/// - The warm-up is run cell by cell, since its duration is unknown. Each first run leaves the two
///   fastest cells the time of those rounds, or half of what is left where that is less or not
///   known yet.
/// - The first counted round has every cell after which those rounds of the two fastest still fit.
/// - Each further round has every cell after which the rest of those rounds still fits without the
///   next one to go; where that leaves less than two, those of which the round itself fits.
/// - What does not fit is left out from there on, in the order of docs/command-line.md: worker
///   counts that are not their engine's fastest, then profiles that are not, then engines, the most
///   costly first. A round of one cell alone is none.
class TimeBudget {
public:
    /// `end` on the same clock as the other times; nothing: unlimited.
    explicit TimeBudget(std::optional<Seconds> end) : end_(end) {}

    /// Duration of earlier runs of the session, used in place of a cell's first run.
    void expect(const CellKey& cell, Seconds taken);
    void note(const CellKey& cell, Seconds taken);
    /// The cells of which nothing is run any more, when the runs of `rest` are still to be started,
    /// in their order, and its first one would begin `now`. `roundBegins`: it is the first of its
    /// round. Empty: it may begin.
    std::vector<CellKey> leavesOut(std::span<const PlannedRun> rest, bool roundBegins,
                                   Seconds now) const;
    /// How long the first run of `rest`, which begins `now`, may take before it is stopped;
    /// nothing: as long as it takes.
    std::optional<Seconds> longest(std::span<const PlannedRun> rest, Seconds now) const;
    /// Expected duration; nothing for a cell without a run.
    std::optional<Seconds> expected(const CellKey& cell) const;

private:
    bool fits(const PlannedRun& run, Seconds now) const;
    Seconds leftToTheFastest(std::span<const PlannedRun> rest) const;
    std::vector<CellKey> cutRound(std::span<const PlannedRun> round, Seconds left) const;

    struct Times {
        Seconds first{};
        Seconds later{}; ///< all further ones together
        int count = 0;
    };
    std::optional<Seconds> end_;
    std::map<CellKey, Times> times_;
};

/// For a plan of `repeats` rounds of which `runs` were left out.
LeftOut leftOutOf(std::span<const PlannedRun> runs, int repeats, Seconds budget,
                  const TimeBudget& times);

} // namespace spillway
