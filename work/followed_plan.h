#pragma once

#include "host/engine_registry.h"
#include "work/watched_run.h"

namespace spillway {

/// A plan that another program runs into this session, as far as the session holds it. `running`:
/// what comes next of it is in progress; nothing is known of that run until it is stored.
PlanProgress followedProgress(const StoredPlan& stored, const std::vector<RunRecord>& records,
                              const std::vector<EngineInfo>& engines,
                              const UndecidedCells& undecided, bool running);

} // namespace spillway
