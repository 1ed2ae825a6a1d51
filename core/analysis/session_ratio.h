#pragma once

#include "analysis/table.h"

namespace spillway {

/// Why figures of two comparisons must not stand in one ratio, each reason a clause: "the data
/// differ". Empty when they may.
std::vector<std::string> ratioObstacles(const Comparison& a, const Comparison& b);

/// A row for each cell that finished in both: their medians, and that of `b` ÷ that of `a`. Their
/// runs share no rounds, so there is no verdict. Only for comparisons without obstacles.
Table ratioTable(const Comparison& a, const Comparison& b);

/// The one of `candidates` with the fewest obstacles to `comparison`; null when there are none.
const Comparison* counterpart(const Comparison& comparison,
                              const std::vector<Comparison>& candidates);

} // namespace spillway
