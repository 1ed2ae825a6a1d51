#pragma once

#include "base/split_mix.h"

#include <bit>
#include <cstdint>
#include <span>

namespace spillway {

/// Contribution of feature `j` of a row to the row's hash. Adding zero makes −0 and 0 the same.
constexpr std::uint64_t featureMix(double value, std::size_t j)
{
    return splitMix(std::bit_cast<std::uint64_t>(value + 0.0) ^ splitMix(j));
}

/// Identity of a row by the bits of its features: featureHash({0.5, 0.25}) = 0x6e3ce847f682a5a5.
constexpr std::uint64_t featureHash(std::span<const double> features)
{
    std::uint64_t mixed = 0;
    for (std::size_t j = 0; j < features.size(); ++j)
        mixed ^= featureMix(features[j], j);
    return splitMix(mixed);
}

/// Which rows are trained on. Every engine picks the same ones without row numbers.
class FeatureSplit {
public:
    explicit FeatureSplit(double testFraction)
        : all_(testFraction <= 0), limit_(firstNotBelow(0x1p64 * (1 - testFraction)))
    {
    }
    bool trains(std::uint64_t hash) const { return all_ || hash < limit_; }

private:
    /// The first integer that, as a double, is not below `bound`, at most 2^64. Comparing integers
    /// saves each row a conversion that branches on its highest bit.
    static std::uint64_t firstNotBelow(double bound)
    {
        std::uint64_t first = 0;
        for (std::uint64_t bit = std::uint64_t(1) << 63; bit != 0; bit >>= 1)
            if (static_cast<double>(first + bit - 1) < bound) first += bit;
        return first;
    }

    bool all_;
    std::uint64_t limit_;
};

} // namespace spillway
