#pragma once

#include "base/json_fwd.h"
#include "protocol/run_record.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// An engine as given in a plan: `--engine ID[:PROFILE]`.
struct EngineChoice {
    std::string id;
    std::string profile; ///< empty: the engine's default

    bool operator==(const EngineChoice&) const = default;
};

/// Of "ID" or "ID:PROFILE".
EngineChoice engineChoiceFrom(const std::string& text);

/// datasets × workloads × engines × limits × workers × repeats, and how they are measured.
///
/// The JSON form (version 1) is what `spillway run PLAN.json` reads and a session keeps:
///     {"version": 1,
///      "datasets": [as protocol/run_spec.h writes them], "workloads": [as workloads/workload.h
///      does], "engines": ["chunked", "dask:tuned"], "workers": [1, 2, 4], "repeats": 6, "warmup":
///      1, "timeout": 600 | "10min", "budget": null | 120 | "2min",
///      "memory_limit": null | 2000000000 | "2GB" | ["4GB", "2GB"],
///      "until_decided": false, "cache": "warm", "parameters": {"solver": "sgd"}, "seed": 1,
///      "address": null, "scratch": "", "max_scratch": null | bytes | "10GB", "preset": "paper"}
/// Every field but version has the default of the struct. Unknown fields are rejected: a misspelt
/// one would silently measure something else.
struct Plan {
    std::vector<Dataset>
        datasets; ///< with noData() for workloads that read none, see completeData()
    std::vector<Workload> workloads; ///< columns may be left empty: chosen per dataset
    std::vector<EngineChoice> engines;
    std::vector<int> workers;
    int repeats = 6;
    int warmup = 1; ///< uncounted runs of each cell before its rounds
    /// Rounds of what is undecided are repeated until it is settled, at the looks of
    /// protocol/decision_looks.h; `repeats` does not matter then. In JSON only when true.
    bool untilDecided = false;
    Seconds timeout{600};
    /// Time limit of the whole plan, including reading its data (experiment/time_budget.h);
    /// nothing: unlimited. In JSON only when there is one.
    std::optional<Seconds> budget;
    std::optional<Bytes> memoryLimit; ///< nothing: none
    /// Each is measured as separate cells besides those of memoryLimit: the axis of the preset
    /// "squeeze".
    std::vector<Bytes> furtherLimits;
    CacheState cache = CacheState::Warm;
    /// Parameters of the workloads (workloads/workload.h); each takes those that it has.
    std::map<std::string, std::string> parameters;
    std::uint64_t seed = 1; ///< of the interleaving and of the runs
    std::optional<std::string> address;
    std::string scratch; ///< directory; empty: the cache directory
    std::optional<Bytes> maxScratch;
    /// The preset that it was made from (experiment/presets.h); empty: none. It determines which
    /// published figures are shown beside the results, not how they are measured; in JSON only when
    /// there is one.
    std::string preset;

    bool operator==(const Plan&) const = default;
    /// Maximum number of runs of a plan.
    static constexpr std::int64_t maxRuns = 1'000'000;
    /// Says what is wrong with it.
    Result<void> validate() const;
};

/// Adds noData() when a workload reads no data and it is not there yet. The JSON form leaves it
/// out.
void completeData(Plan& plan);

/// Counted rounds of every cell: `repeats`, or those before the first look.
int firstRoundsOf(const Plan& plan);
/// memoryLimit and furtherLimits, each once; one entry without a value when there is no limit.
std::vector<std::optional<Bytes>> limitsOf(const Plan& plan);

/// Size of the largest dataset; 0 without one.
Bytes largestData(const Plan& plan);

/// The plan's counts, or the engine's most where all of them are above it.
std::vector<int> workersOf(const Plan& plan, std::optional<int> mostWorkers);
/// Whether `name` is a parameter of this kind of workload.
bool takesParameter(const Workload& workload, const std::string& name);
/// The workload with those of `parameters` that it accepts.
Result<Workload> withParameters(Workload workload,
                                const std::map<std::string, std::string>& parameters);

Json toJson(const Plan& plan);
Result<Plan> planFromJson(const Json& json);
/// From a plan file's text, or from a plan stored in a session.
Result<Plan> planFromText(std::string_view text);

/// The `spillway run …` command that gives the same runs, quoted for a shell. The terminal takes
/// one workload at a time, so a plan with several gives one line for each.
std::string commandLineOf(const Plan& plan);

} // namespace spillway
