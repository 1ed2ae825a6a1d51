#pragma once

#include "analysis/engine_catalogue.h"
#include "experiment/round_schedule.h"

namespace spillway {

/// Which cells further rounds are worth running of, by the verdict that Compare shows: the leader
/// of each comparison and those that are not yet settled against it at the last look.
UndecidedCells undecidedBy(EngineCatalogue engines, int usableCores);

} // namespace spillway
