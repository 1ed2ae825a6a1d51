#include "work/engine_facts.h"

namespace spillway {

EngineCatalogue catalogueOf(const std::vector<EngineInfo>& engines)
{
    std::vector<EngineFacts> facts;
    for (const auto& engine : engines) {
        const auto& manifest = engine.manifest;
        facts.push_back({.id = manifest.id,
                         .title = manifest.title,
                         .deployable = manifest.deployable,
                         .own = manifest.family == EngineFamily::Native,
                         .colour = manifest.colour});
    }
    return EngineCatalogue(facts);
}

} // namespace spillway
