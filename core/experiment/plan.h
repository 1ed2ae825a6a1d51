#pragma once

#include "base/json.h"
#include "protocol/run_record.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// An engine as a plan names it: `--engine ID[:PROFILE]`.
struct EngineChoice {
    std::string id;
    std::string profile; ///< empty: the engine's default

    bool operator==(const EngineChoice&) const = default;
};

/// datasets × engines × workers × repeats, and how they are measured. The JSON form (version 1) is
/// what `spillway run PLAN.json` reads.
struct Plan {
    std::vector<Dataset> datasets;
    std::vector<Workload> workloads; ///< columns may be left empty: chosen per dataset
    std::vector<EngineChoice> engines;
    std::vector<int> workers;
    int repeats = 6;
    int warmup = 1; ///< runs of each cell that are not counted, before its rounds
    Seconds timeout{600};
    std::optional<Bytes> memoryLimit; ///< nothing: none
    CacheState cache = CacheState::Warm;
    std::map<std::string, std::string> parameters;
    std::uint64_t seed = 1; ///< of the interleaving and of the runs
    std::optional<std::string> address;
    std::string scratch;                 ///< directory; empty: the cache directory
    std::optional<Bytes> maxScratch;

    bool operator==(const Plan&) const = default;
    /// What is wrong with it in words.
    Result<void> validate() const;
};

Json toJson(const Plan& plan);
Result<Plan> planFromJson(const Json& json);

/// The `spillway run …` line that gives the same runs, quoted for a shell.
std::string commandLineOf(const Plan& plan);

/// Ids of the presets: "quick", "paper", "sweep", "squeeze"; applied to engines that are ready and to
/// this machine.
std::vector<std::string> presetIds();

struct PresetContext {
    int usableCores = 1;
    Bytes availableRam = 0;
    std::vector<std::string> readyEngines;
    double scale = 1; ///< --scale: of data sizes
};
/// A plan without datasets.
Result<Plan> preset(const std::string& id, const PresetContext& context);

} // namespace spillway
