#pragma once

#include "analysis/comparison.h"

namespace spillway {

/// The Pareto frontier of time and memory, by medians: the cells that no other cell dominates, so
/// that anything faster uses more memory. Least memory first. Only cells in which every counted
/// repeat finished and whose memory was measured are on it; non-deployable engines only if no other
/// engine has such a cell. The pointers point into `comparison`.
std::vector<const CellSummary*> paretoFrontier(const Comparison& comparison);

} // namespace spillway
