#pragma once

#include "workloads/result_checker.h"

namespace spillway::tune {

/// Relative, of a loss that was computed with other libraries of linear algebra.
inline constexpr double lossTolerance = 1e-9;

/// Holds every loss that a search reports to that of the exhaustive search, which another engine
/// makes once: a configuration has the same loss after an epoch wherever it is trained. Of
/// synchronous halving also which configurations are trained how long.
const ResultChecker& tuneChecker();

} // namespace spillway::tune
