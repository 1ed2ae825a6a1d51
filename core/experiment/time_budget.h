#pragma once

#include "experiment/expand.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spillway {

/// What a plan did not run because its time budget was spent.
struct LeftOut {
    Seconds budget{};
    int rounds = 0;        ///< counted rounds that are complete
    int plannedRounds = 0; ///< Plan::repeats
    int runs = 0;          ///< runs that were not started
    int untried = 0;       ///< cells among them without a known successful run
    /// Expected time of those runs whose cells were measured; nothing: none was.
    std::optional<Seconds> needs;

    bool operator==(const LeftOut&) const = default;
};

/// "3 of 5 rounds in 2 min 00 s; 16 runs are left out (about 50 s)".
std::string describe(const LeftOut& leftOut);
/// What the time budget of the last plan on a dataset left out; empty: nothing.
std::string leftOutSentence(const std::vector<StoredPlan>& plans,
                            const std::vector<RunRecord>& records, const std::string& fingerprint);
/// One sentence for each of a session's plans that was ended by its budget: "Time budget: 3 of 5
/// rounds …".
std::vector<std::string> leftOutSentences(const std::vector<StoredPlan>& plans);
Json toJson(const LeftOut& leftOut);
Result<LeftOut> leftOutFromJson(const Json& json);

/// Enforces a plan's time budget. The first round is run cell by cell as long as any time is left,
/// since its duration is unknown. Each further round starts only if all of it is expected to end in
/// time, and so does each run: a started run is never cut short. A cell is expected to take as long
/// as its longest run so far, from its start to that of the next one (including set-up, cache,
/// checks and storing); its first run, with programs not yet read from disk, counts only until
/// there is another.
class TimeBudget {
public:
    /// `end` on the same clock as the other times; nothing: unlimited.
    explicit TimeBudget(std::optional<Seconds> end) : end_(end) {}

    /// Duration of earlier runs of the session, used in place of a cell's first run.
    void expect(const CellKey& cell, Seconds taken);
    void note(const CellKey& cell, Seconds taken);
    /// Whether `round`, the runs of one round that would be started, may begin `now`.
    bool hasRoomFor(std::span<const PlannedRun> round, Seconds now) const;
    bool hasRoomFor(const PlannedRun& run, Seconds now) const;
    /// Expected duration; nothing for a cell without a run.
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

/// For a plan of `repeats` rounds of which `runs` have not been started.
LeftOut leftOutOf(std::span<const PlannedRun> runs, int repeats, Seconds budget,
                  const TimeBudget& times);

} // namespace spillway
