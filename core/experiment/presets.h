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
/// "Quick": as a button has it.
std::string presetTitle(const std::string& id);
/// One line of what it answers.
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

/// What the limits of a plan can be.
struct LimitBounds {
    Bytes data = 0;  ///< size of the largest dataset
    Bytes least = 0; ///< all engines of the plan can start with; see leastLimit()
    Bytes most = 0;  ///< measure's defaultMemoryLimit()
};
/// The least limit with which every engine of the plan that is known can start.
Bytes leastLimit(const Plan& plan, const std::vector<EngineInfo>& engines);
/// Whether the preset is about a proportion of data to memory, so that its limits follow the data.
bool limitsFollowData(const std::string& id);
/// Gives a plan of such a preset its limits: of "paper" the data are 1.15 times the limit, as they
/// were 1.1 to 1.2 times the memory there; of "squeeze" the limit is halved from the data's size
/// on. Returns a sentence for its user where these data are too small or too large for that, else
/// an empty text. Nothing changes for other presets, and without data.
std::string fitLimits(const LimitBounds& bounds, Plan& plan);

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
