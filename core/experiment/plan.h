#pragma once

#include "base/json_fwd.h"
#include "protocol/run_record.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// An engine as a plan names it: `--engine ID[:PROFILE]`.
struct EngineChoice {
    std::string id;
    std::string profile; ///< empty: the engine's default

    bool operator==(const EngineChoice&) const = default;
};

/// datasets × workloads × engines × limits × workers × repeats, and how they are measured.
///
/// The JSON form (version 1) is what `spillway run PLAN.json` reads and a session keeps:
///     {"version": 1,
///      "datasets": [as protocol/run_spec.h writes them], "workloads": [as workloads/workload.h
///      does], "engines": ["chunked", "dask:tuned"], "workers": [1, 2, 4], "repeats": 6, "warmup":
///      1, "timeout": 600 | "10min", "budget": null | 120 | "2min",
///      "memory_limit": null | 2000000000 | "2GB" | ["4GB", "2GB"],
///      "cache": "warm", "parameters": {"solver": "sgd"}, "seed": 1, "address": null,
///      "scratch": "", "max_scratch": null | bytes | "10GB", "preset": "paper"}
/// Every field but version has the default of the struct. Unknown fields are refused: a misspelt
/// one would silently measure something else.
struct Plan {
    std::vector<Dataset> datasets;
    std::vector<Workload> workloads; ///< columns may be left empty: chosen per dataset
    std::vector<EngineChoice> engines;
    std::vector<int> workers;
    int repeats = 6;
    int warmup = 1; ///< runs of each cell that are not counted, before its rounds
    Seconds timeout{600};
    /// Time that the whole plan may take, with reading its data (experiment/time_budget.h);
    /// nothing: as long as it takes. In JSON only when there is one.
    std::optional<Seconds> budget;
    std::optional<Bytes> memoryLimit; ///< nothing: none
    /// Each makes cells of its own beside those of memoryLimit: the axis of the preset "squeeze".
    std::vector<Bytes> furtherLimits;
    CacheState cache = CacheState::Warm;
    /// Of the workloads (workloads/workload.h); each one takes those that it has.
    std::map<std::string, std::string> parameters;
    std::uint64_t seed = 1; ///< of the interleaving and of the runs
    std::optional<std::string> address;
    std::string scratch; ///< directory; empty: the cache directory
    std::optional<Bytes> maxScratch;
    /// The preset that it was made from (experiment/presets.h); empty: none. It says what the
    /// figures are shown beside, and nothing of how they are measured; in JSON only when there is
    /// one.
    std::string preset;

    bool operator==(const Plan&) const = default;
    /// Most runs that a plan may ask for.
    static constexpr std::int64_t maxRuns = 1'000'000;
    /// What is wrong with it in words.
    Result<void> validate() const;
};

/// memoryLimit and furtherLimits, each once; one entry without a value when there is no limit.
std::vector<std::optional<Bytes>> limitsOf(const Plan& plan);

/// Whether `name` is a parameter of this kind of workload.
bool takesParameter(const Workload& workload, const std::string& name);
/// The workload with those of `parameters` that it takes.
Result<Workload> withParameters(Workload workload,
                                const std::map<std::string, std::string>& parameters);

Json toJson(const Plan& plan);
Result<Plan> planFromJson(const Json& json);
/// A plan file's text, or what a session keeps of a plan.
Result<Plan> planFromText(std::string_view text);

/// The `spillway run …` line that gives the same runs, quoted for a shell. The terminal takes one
/// workload at a time, so a plan of several gives a line for each.
std::string commandLineOf(const Plan& plan);

} // namespace spillway
