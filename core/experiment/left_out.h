#pragma once

#include "session/session_store.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// A cell that a time budget did not give all of its rounds.
struct CutCell {
    std::string engine;
    std::string title; ///< of the engine, or its id without one
    std::string profile;
    int workers = 1;
    int rounds = 0;       ///< counted rounds that it has
    bool measured = true; ///< it has a finished run, be it a warm-up
    bool operator==(const CutCell&) const = default;
};

/// What a plan did not run because its time budget was spent.
struct LeftOut {
    Seconds budget{};
    int rounds = 0;        ///< counted rounds that every cell has
    int plannedRounds = 0; ///< Plan::repeats
    int runs = 0;          ///< runs that were not started, or stopped when the time was over
    int untried = 0;       ///< cells among them without a known successful run
    /// Expected time of those runs whose cells were measured; nothing: none was.
    std::optional<Seconds> needs;
    std::vector<CutCell> cells; ///< at most mostCells, those with the most rounds first

    static constexpr std::size_t mostCells = 1000;
    bool operator==(const LeftOut&) const = default;
};

/// "8 runs did not fit into 2 min 00 s (about 50 s more): Polars, Dask naive after 3 of 5 rounds;
/// Modin after the warm-up; PySpark without a finished run".
std::string describe(const LeftOut& leftOut);
/// What a stored plan's time budget left out; nothing: nothing, or what is stored is damaged.
std::optional<LeftOut> leftOutOf(const StoredPlan& plan);
/// What the time budget of the last plan on a dataset left out; empty: nothing.
std::string leftOutSentence(const std::vector<StoredPlan>& plans,
                            const std::vector<RunRecord>& records, const std::string& fingerprint);
/// One sentence for each of a session's plans that was ended by its budget: "Time budget: 8
/// runs …".
std::vector<std::string> leftOutSentences(const std::vector<StoredPlan>& plans);
Json toJson(const LeftOut& leftOut);
Result<LeftOut> leftOutFromJson(const Json& json);

} // namespace spillway
