#pragma once

#include "workloads/load.h"

namespace spillway::serve {

/// The load on a server of the kind, by its size, and what the report on it becomes.
const LoadDesign& serveLoad();
/// Seconds of 1,000 requests at the highest rate that was achieved.
std::optional<double> secondsOfThousand(const RunResult& result);

} // namespace spillway::serve
