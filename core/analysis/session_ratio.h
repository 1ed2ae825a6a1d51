#pragma once

#include "analysis/table.h"

namespace spillway {

/// Why no ratio of two comparisons' figures may be formed, each reason a clause: "the data differ".
/// Empty if it may.
std::vector<std::string> ratioObstacles(const Comparison& a, const Comparison& b);

/// The cells of both beside each other, a row for each cell of which either has figures: medians of
/// time and peak and, if there is no obstacle, those of `b` ÷ those of `a`. Their runs share no
/// rounds, so there is no verdict.
Table sideBySideTable(const Comparison& a, const Comparison& b);

/// The one of `candidates` with the fewest obstacles to `comparison`; null when there are none.
const Comparison* counterpart(const Comparison& comparison,
                              const std::vector<Comparison>& candidates);

} // namespace spillway
