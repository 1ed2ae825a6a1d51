#pragma once

#include "analysis/comparison.h"

#include <optional>
#include <string>

namespace spillway {

/// Shares of the data in the file cache that differ by less than this are one starting point.
inline constexpr double sameResidency = 0.1;

/// Why the times of two cells must not stand in one ratio: at go another share of the data was in
/// the file cache, so that one of them had to read what the other was given. A clause: "98 % of the
/// data were in the file cache at the start of one, 2 % of the other". Nothing when they started
/// alike, or where it was not known. Bytes that one reads from disk and the other does not from the
/// same start are a finding about the engines, and no reason.
std::optional<std::string> cacheObstacle(const CellSummary& a, const CellSummary& b);

/// Whether no two cells of it have an obstacle.
bool startAlike(const Comparison& comparison);

} // namespace spillway
