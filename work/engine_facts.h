#pragma once

#include "analysis/engine_catalogue.h"
#include "host/engine_registry.h"

#include <vector>

namespace spillway {

/// What charts, tables and verdicts need to know about these engines.
EngineCatalogue catalogueOf(const std::vector<EngineInfo>& engines);

} // namespace spillway
