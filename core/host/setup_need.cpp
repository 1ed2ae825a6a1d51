#include "host/setup_need.h"

#include "base/name_list.h"

#include <array>

namespace spillway {
namespace {

/// On disk, a second. Measured on Debian 12 with two cores: the first four engines, 1.62 GB, in
/// 36 s with nothing else to do, and 2.2 GB with pandas' in 105 s on a busy machine.
constexpr double bytesPerSecond = 25e6;

} // namespace

std::span<const std::string> firstEngines()
{
    static const std::array<std::string, 4> ids{"polars", "duckdb", "dask", "ray"};
    return ids;
}

SetupNeed setupNeedOf(const EngineRegistry& registry, std::span<const std::string> ids)
{
    SetupNeed need;
    for (const auto& id : ids) {
        const EngineInfo* engine = registry.find(id);
        if (!engine || engine->state == EngineState::Ready) continue;
        const EngineManifest& manifest = engine->manifest;
        if (manifest.requirements.empty() || !missingPrograms(manifest).empty()) continue;
        need.engines.push_back(manifest);
        need.disk += manifest.diskBytes.value_or(0);
    }
    need.time = Seconds(static_cast<double>(need.disk) / bytesPerSecond);
    return need;
}

std::string titlesOf(std::span<const EngineManifest> engines)
{
    std::vector<std::string> titles;
    for (const auto& engine : engines)
        titles.push_back(engine.title);
    return listed(titles);
}

} // namespace spillway
