#pragma once

#include "analysis/comparison.h"

namespace spillway {

/// The Pareto frontier of time and memory: the cells that no other cell beats, so whatever is
/// faster takes more memory, by medians. Least memory first. Only cells of which every counted
/// repeat finished and whose memory was measured stand on it; engines that nobody can deploy only
/// where no other has such a cell. The pointers lead into `comparison`.
std::vector<const CellSummary*> paretoFrontier(const Comparison& comparison);

} // namespace spillway
