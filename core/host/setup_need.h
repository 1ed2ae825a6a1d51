#pragma once

#include "host/engine_registry.h"

#include <span>
#include <string>
#include <vector>

namespace spillway {

/// The engines that a first experiment compares: those that people choose between for data that do
/// not fit in memory.
std::span<const std::string> firstEngines();

/// What it takes to set up engines.
struct SetupNeed {
    std::vector<EngineManifest> engines; ///< those that are not ready yet
    Bytes disk = 0;
    Seconds time{}; ///< on two cores with a nearby package index
};
/// For `ids`, in their order. Engines that cannot be set up here (a program that they need is
/// missing) are left out.
SetupNeed setupNeedOf(const EngineRegistry& registry, std::span<const std::string> ids);

/// "Polars, DuckDB and Ray".
std::string titlesOf(std::span<const EngineManifest> engines);

} // namespace spillway
