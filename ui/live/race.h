#pragma once

#include "analysis/comparison.h"
#include "work/watched_run.h"

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The race of a plan's cells, as plain values: what the Live page leads with.
namespace spillway {

/// The cells that run against each other: those of one dataset, work and limit.
struct RaceKey {
    std::string dataset; ///< originOf() the dataset
    std::string workload;
    std::optional<Bytes> memoryLimit;
    CacheState cache = CacheState::Warm;
    std::string address;

    auto operator<=>(const RaceKey&) const = default; // NOLINT(modernize-use-nullptr)
};
RaceKey raceOf(const CellKey& cell);

/// One race of a plan.
struct Race {
    RaceKey key;
    QString title; ///< what distinguishes it from the plan's other races; empty: there is no other
};
/// In the order of the plan.
std::vector<Race> racesOf(const PlanProgress& plan);

/// What the runs of a cell have shown so far.
struct RaceFigures {
    std::vector<double> repeats;    ///< seconds of the counted repeats that finished
    std::optional<double> seconds;  ///< their median; until there is one, that of the warm-up
    bool warmup = false;            ///< `seconds` is of the warm-up, which is in no statistic
    std::optional<Bytes> peakBytes; ///< median, or the warm-up's
    Bytes spilledBytes = 0;         ///< on disk, for lack of memory
    std::string reason;             ///< of the last failure
    std::int64_t lastRun = 0;       ///< its last stored run, 0: none
};
using RaceResults = std::map<CellKey, RaceFigures>;
/// Figures of counted repeats are those of the comparisons, so that they are the verdict's.
RaceResults raceResults(const std::vector<Comparison>& comparisons,
                        const std::vector<RunRecord>& records);
/// The comparison that a race's verdict is made from, the latest one; null before a counted run.
const Comparison* comparisonOf(const RaceKey& race, const std::vector<Comparison>& comparisons);

enum class RaceState {
    Waiting, ///< nothing of it has run
    Running,
    Between, ///< some of its runs have ended, others are to come
    Done,
    Failed,
    Stopped, ///< by the user
    Refused  ///< the engine cannot do it
};

/// One engine and worker count.
struct RaceRow {
    CellKey cell;
    QString name;           ///< "Dask naive"
    bool deployable = true; ///< as EngineFacts has it
    RaceState state = RaceState::Waiting;
    int place = 0;   ///< among the deployable ones with a time, from 1; 0: none
    int planned = 0; ///< counted repeats
    int ended = 0;   ///< of those
    bool warmingUp = false;
    RunStatus failure = RunStatus::Failed; ///< Failed: how
    RaceFigures figures;
    std::optional<double> elapsed;  ///< seconds of the timed part of the run in progress
    std::optional<double> fraction; ///< of the run in progress, 0 … 1, as its engine reports it
    std::optional<Bytes> peakNow;   ///< of the run in progress
    Bytes spilledNow = 0;
    QString phase; ///< of the run in progress, before its timed part
};

/// The rows of a race, fastest first: those with a counted time, as the verdict ranks them, those
/// with that of the warm-up, then what runs for the first time, what waits, what failed, and what
/// was refused. `live`: the run in progress or the last one.
std::vector<RaceRow> raceRows(const PlanProgress& plan, const RaceKey& race,
                              const RaceResults& results, const EngineCatalogue& engines,
                              const WatchedRun* live, Seconds now);

} // namespace spillway
