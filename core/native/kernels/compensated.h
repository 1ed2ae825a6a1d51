#pragma once

#include <cmath>

namespace spillway {

/// A sum with the rounding errors of its additions kept beside it (Knuth's TwoSum, as in Ogita,
/// Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26, 2005): as accurate as
/// adding in twice the precision. No branch, so that consecutive additions overlap.
struct CompensatedSum {
    double sum = 0;
    double error = 0;

    void add(double value)
    {
        const double next = sum + value;
        const double added = next - sum;
        error += (sum - (next - added)) + (value - added);
        sum = next;
    }
    void add(const CompensatedSum& other)
    {
        add(other.sum);
        error += other.error;
    }
    /// The error of an infinite sum is not added: inf − inf would make it NaN.
    double value() const { return std::isfinite(sum) ? sum + error : sum; }

    bool operator==(const CompensatedSum&) const = default;
};

} // namespace spillway
