#pragma once

#include "analysis/comparison.h"

namespace spillway {

/// Reduces the repeats of one cell; `runs` holds no warm-ups and is not empty. Speedup and
/// efficiency stay empty: they need the baseline's cell.
CellSummary summariseCell(const std::vector<const RunRecord*>& runs, int usableCores);

} // namespace spillway
