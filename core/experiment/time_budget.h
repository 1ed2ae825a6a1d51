#pragma once

#include "experiment/expand.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spillway {

/// What a plan did not run, since its time budget was spent.
struct LeftOut {
    Seconds budget{};
    int rounds = 0;        ///< counted rounds that are complete
    int plannedRounds = 0; ///< Plan::repeats
    int runs = 0;          ///< that did not start
    int untried = 0;       ///< cells of them of which no run is known to have ended well
    /// What those runs take, as far as one of their cells was measured; nothing: none was.
    std::optional<Seconds> needs;

    bool operator==(const LeftOut&) const = default;
};

/// "3 of 5 rounds in 2 min 00 s; 16 runs are left out (about 50 s)".
std::string describe(const LeftOut& leftOut);
/// What the budget of the plan that last ran on a dataset left out; empty: nothing.
std::string leftOutSentence(const std::vector<StoredPlan>& plans,
                            const std::vector<RunRecord>& records, const std::string& fingerprint);
/// Of a session's plans that their budgets ended, a sentence each: "Time budget: 3 of 5 rounds …".
std::vector<std::string> leftOutSentences(const std::vector<StoredPlan>& plans);
Json toJson(const LeftOut& leftOut);
Result<LeftOut> leftOutFromJson(const Json& json);

/// Holds a plan to its time. The first round is run cell by cell as long as there is time at all,
/// since nothing is known of what it takes. Each further round begins only if all of it is expected
/// to end in time, and a run only if it is: what was begun is never cut. A cell is expected to take
/// as long as the longest of its runs so far, from its beginning to that of the next one (set-up,
/// cache, checks and storing are in it); the first of them, with programs that were never read
/// before, counts only until there is another.
class TimeBudget {
public:
    /// `end` on the clock of the other times; nothing: there is no end.
    explicit TimeBudget(std::optional<Seconds> end) : end_(end) {}

    /// What earlier runs of the session took: it stands in for a cell's first run.
    void expect(const CellKey& cell, Seconds taken);
    void note(const CellKey& cell, Seconds taken);
    /// Whether `round` may begin `now`: the runs of one round that are going to be started.
    bool hasRoomFor(std::span<const PlannedRun> round, Seconds now) const;
    bool hasRoomFor(const PlannedRun& run, Seconds now) const;
    /// Nothing for a cell without a run.
    std::optional<Seconds> expected(const CellKey& cell) const;

private:
    struct Times {
        Seconds first{};
        Seconds longestLater{};
        int count = 0;
    };
    std::optional<Seconds> end_;
    std::map<CellKey, Times> times_;
};

/// Of a plan of `repeats` rounds in which `runs` are left that would be started.
LeftOut leftOutOf(std::span<const PlannedRun> runs, int repeats, Seconds budget,
                  const TimeBudget& times);

} // namespace spillway
