#pragma once

#include "analysis/comparison.h"

namespace spillway {

/// Reduces the repeats of one cell; `runs` holds no warm-ups and is not empty. Runs of an older
/// engine version than the newest run's, and runs ended by a shorter time-out than a later run had,
/// appear only in `runIds`; the flag "older-settings-left-out" says so. Speedup and efficiency stay
/// empty: they need the baseline's cell.
CellSummary summariseCell(const std::vector<const RunRecord*>& runs, int usableCores);

} // namespace spillway
