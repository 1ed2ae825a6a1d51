#pragma once

#include <cstdint>
#include <span>

namespace spillway {

/// Mean and squared deviations of a column, accurate to the last bits: two passes over a block with
/// compensated sums, blocks combined in order (Chan, Golub and LeVeque, "Algorithms for computing
/// the sample variance", The American Statistician 37, 1983).
struct Moments {
    std::int64_t count = 0;
    double mean = 0;
    double squares = 0; ///< Σ (x − mean)²

    double variance() const { return count == 0 ? 0 : squares / static_cast<double>(count); }
    /// True when the variation is only rounding; the bound is scikit-learn's.
    bool constant() const;
};

Moments momentsOf(std::span<const double> values);
/// Combines `later` into `earlier`.
Moments combined(const Moments& earlier, const Moments& later);

} // namespace spillway
