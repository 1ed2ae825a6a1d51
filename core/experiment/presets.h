#pragma once

#include "experiment/plan.h"
#include "host/engine_registry.h"
#include "session/session_store.h"

#include <string>
#include <vector>

namespace spillway {

/// Ids of the presets, applied to engines that are ready and to this machine:
/// "quick"   group-by means on every core, 5 repeats within two minutes: what two cores need for
///           a warm-up and those repeats of every engine on presetFiles("quick");
/// "paper"   what the paper measured: both workloads on Dask and Ray as its scripts used them, with
///           2, 4, 8 and 16 workers, and the native engines beside them, 1 repeat;
/// "sweep"   ETL with as many worker counts as a scaling fit wants, and one above the cores;
/// "squeeze" ETL that loads first, under a memory limit that is halved again and again.
std::vector<std::string> presetIds();

struct PresetContext {
    int usableCores = 1;
    Bytes memoryLimit = 0; ///< measure's defaultMemoryLimit()
    std::vector<std::string> readyEngines;
};
/// For this machine, with those of `engines` that are ready.
PresetContext presetContext(const std::vector<EngineInfo>& engines);
/// A plan without datasets.
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
/// "paper": the paper's two files, of 8,570 and 4,260 MiB, labels without signal; the larger first.
/// The others: one file with learnable classes.
std::vector<PresetFile> presetFiles(const std::string& presetId);

/// For "paper": took 23 minutes on two cores, most of it for starting Ray and Dask.
inline constexpr double halfHourScale = 0.01;

} // namespace spillway
