#pragma once

#include "host/engine_registry.h"
#include "work/watched_run.h"

#include <vector>

namespace spillway {

/// A plan that goes on: what of it has been run before, from the session's records, and then
/// `begun`, what is run now. So a resumed plan has the same rows and counts as before its stop.
PlanProgress continuedProgress(const Plan& plan, const std::vector<PlannedRun>& begun,
                               const std::vector<RunRecord>& records,
                               const std::vector<EngineInfo>& engines);

} // namespace spillway
