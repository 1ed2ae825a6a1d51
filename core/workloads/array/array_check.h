#pragma once

#include "workloads/result_checker.h"

namespace spillway::array {

/// Relative: of a mean against that of exact whole numbers. A sum of 40,000 float64 that is made
/// one after the other is off by a tenth of this at most.
inline constexpr double meanTolerance = 1e-12;

/// Makes the array by itself and adds it up exactly (array_oracle.h).
const ResultChecker& arrayChecker();

} // namespace spillway::array
