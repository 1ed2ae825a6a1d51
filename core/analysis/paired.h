#pragma once

#include "analysis/comparison.h"

#include <vector>

namespace spillway {

/// How many times as long one cell takes as another, from the rounds in which both finished. What a
/// round has in common (a warm machine, a busy neighbour) divides out.
struct PairedRatio {
    double ratio = 1; ///< geometric mean of the rounds' ratios
    double low = 0;   ///< 95 % interval by Student's t on the logarithms
    double high = 0;
    int rounds = 0;
    double p = 1; ///< two-sided: how likely a ratio this far from 1 is when there is no difference
};

/// Below this many common rounds nothing is called different (docs/measurement.md).
inline constexpr int roundsForVerdict = 5;

/// From the logarithms of the rounds' ratios; nothing below 2 of them: they have no spread.
std::optional<PairedRatio> pairedRatio(const std::vector<double>& logRatios);
/// Logarithms of the time of `cell` divided by that of `base`, for the rounds they share.
std::vector<double> commonLogRatios(const CellSummary& cell, const CellSummary& base);
/// pairedRatio() of those.
std::optional<PairedRatio> pairedRatio(const CellSummary& cell, const CellSummary& base);

/// Holm's step-down adjustment (1979): with these p-values below 0.05 called significant, at most
/// 5 % of families have any false call among them. In the order of the input.
std::vector<double> holmAdjusted(const std::vector<double>& p);

} // namespace spillway
