#pragma once

#include "host/engine_registry.h"

#include <stop_token>

namespace spillway {

/// Makes the environment of `engine` where it is not ready, and says on stderr what happens, at the
/// end on stdout that it is ready. Errors as Environments::install().
Result<void> installOnTerminal(const EngineRegistry& registry, const EngineInfo& engine,
                               std::stop_token stop);

} // namespace spillway
