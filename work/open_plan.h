#pragma once

#include "experiment/round_schedule.h"
#include "host/engine_registry.h"
#include "session/session_store.h"

#include <optional>
#include <vector>

namespace spillway {

/// A plan of the session that was stopped, or lost with the program, before its end.
struct OpenPlan {
    std::int64_t id = 0;
    Plan plan;
    int left = 0; ///< runs that are still to do, above 0
    int all = 0;

    bool operator==(const OpenPlan&) const = default;
};

/// The newest one; nothing when there is none, or nothing of it is left.
std::optional<OpenPlan> openPlanOf(const std::vector<StoredPlan>& plans,
                                   const std::vector<RunRecord>& records,
                                   const std::vector<EngineInfo>& engines,
                                   const UndecidedCells& undecided);

} // namespace spillway
