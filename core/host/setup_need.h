#pragma once

#include "host/engine_registry.h"

#include <span>
#include <string>
#include <vector>

namespace spillway {

/// The engines that a first experiment compares: those that people choose between for data that do
/// not fit in memory.
std::span<const std::string> firstEngines();

/// What it takes to make engines ready.
struct SetupNeed {
    std::vector<EngineManifest> engines; ///< those that are not ready yet
    Bytes disk = 0;
    Seconds time{}; ///< on two cores with a package index that is near
};
/// Of `ids`, in their order. What cannot be made ready here (a program is missing that the engine
/// needs) is not in it.
SetupNeed setupNeedOf(const EngineRegistry& registry, std::span<const std::string> ids);

/// "Polars, DuckDB and Ray".
std::string titlesOf(std::span<const EngineManifest> engines);

} // namespace spillway
