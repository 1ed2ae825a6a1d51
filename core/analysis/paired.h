#pragma once

#include "analysis/comparison.h"

#include <vector>

namespace spillway {

/// Ratio of one cell's time to another's, from the rounds in which both finished. What affects a
/// whole round (a warm machine, a busy neighbour) cancels out.
struct PairedRatio {
    double ratio = 1; ///< geometric mean of the rounds' ratios
    double low = 0;   ///< 95 % interval by Student's t on the logarithms
    double high = 0;
    int rounds = 0;
    double p = 1; ///< two-sided: how likely a ratio this far from 1 is when there is no difference
};

/// With fewer common rounds no difference is claimed (docs/measurement.md).
inline constexpr int roundsForVerdict = 5;
/// With an adjusted p-value below this a difference is claimed.
inline constexpr double significance = 0.05;

/// From the logarithms of the rounds' ratios; nothing with fewer than 2, which have no spread.
std::optional<PairedRatio> pairedRatio(const std::vector<double>& logRatios);
/// Logarithms of the time of `cell` divided by that of `base`, for the rounds they share.
std::vector<double> commonLogRatios(const CellSummary& cell, const CellSummary& base);
/// pairedRatio() of those.
std::optional<PairedRatio> pairedRatio(const CellSummary& cell, const CellSummary& base);

/// Holm's step-down adjustment (1979): if adjusted p-values below 0.05 are called significant, the
/// family-wise error rate is at most 5 %. In the order of the input.
std::vector<double> holmAdjusted(const std::vector<double>& p);

} // namespace spillway
