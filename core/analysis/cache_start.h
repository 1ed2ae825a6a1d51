#pragma once

#include "analysis/comparison.h"

#include <optional>
#include <string>

namespace spillway {

/// Shares of the data in the page cache that differ by less than this count as equal.
inline constexpr double sameResidency = 0.1;

/// Why no ratio of the times of two cells may be formed: at go different shares of the data were in
/// the page cache, so one of them had to read from disk what the other had in memory. A clause:
/// "one started with 98 % of the data in the page cache, the other with 2 %". Nothing when they
/// started alike, or when that is unknown. Bytes that one reads from disk and the other does not,
/// from the same start, are a finding about the engines and no reason.
std::optional<std::string> cacheObstacle(const CellSummary& a, const CellSummary& b);

/// Whether there is no such obstacle between any two cells.
bool startAlike(const Comparison& comparison);

} // namespace spillway
