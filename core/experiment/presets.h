#pragma once

#include "experiment/plan.h"
#include "host/engine_registry.h"
#include "session/session_store.h"

#include <map>
#include <string>
#include <vector>

namespace spillway {

/// Ids of the presets, in the order in which they are offered. Each is a plan file: those of a kind
/// in core/workloads/<kind>/presets, what spans kinds in resources/presets.
std::vector<std::string> presetIds();
/// "The paper", "Dask and Ray as the paper used them": as a button has them.
std::string presetTitle(const std::string& id);
std::string presetHelp(const std::string& id);

/// The suite of jobs that it runs, each a workload on the suite's tables
/// (workloads/shipped_jobs.h); empty for a preset without.
std::string presetSuite(const std::string& id);

struct PresetContext {
    int usableCores = 1;
    Bytes memoryLimit = 0; ///< measure's defaultMemoryLimit()
    std::vector<std::string> readyEngines;
    /// Kinds of work of an engine; one that is not here takes any. Those that take none of a
    /// preset's kinds are no part of it.
    std::map<std::string, std::vector<std::string>> kinds = {};
};
/// For this machine, with those of `engines` that are ready.
PresetContext presetContext(const std::vector<EngineInfo>& engines);
/// A plan without datasets, applied to this machine and the engines that are ready.
Result<Plan> preset(const std::string& id, const PresetContext& context);

/// Whether one of a session's plans was made from the preset "paper": its figures are shown beside
/// the paper's.
bool repeatsThePaper(const std::vector<StoredPlan>& plans);

/// A dataset of a preset, at scale 1.
struct PresetFile {
    std::string name;
    Bytes bytes = 0;
    double signal = 0; ///< as in GeneratorSpec

    Bytes scaledTo(double scale) const;
};
/// Empty for an unknown preset.
std::vector<PresetFile> presetFiles(const std::string& presetId);

/// For "paper": took 23 minutes on two cores, most of it for starting Ray and Dask.
inline constexpr double halfHourScale = 0.01;

} // namespace spillway
