#pragma once

#include "host/engine_registry.h"

#include <stop_token>

namespace spillway {

/// Creates the environment of `engine` if it is not ready; reports progress on stderr and, at the
/// end, on stdout that it is ready. Errors as Environments::install().
Result<void> installOnTerminal(const EngineRegistry& registry, const EngineInfo& engine,
                               std::stop_token stop);

} // namespace spillway
