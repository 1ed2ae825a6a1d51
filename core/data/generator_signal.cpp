#include "data/generator_signal.h"

#include "data/philox.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

constexpr double fraction(std::uint64_t numerator)
{
    return static_cast<double>(static_cast<std::int64_t>(numerator)) * 0x1p-53;
}

/// e^z for z ≤ 0, within 1e-13 relative; what is below e^−700 becomes e^−700. Cody and Waite's
/// reduction z = n·ln 2 + r with |r| ≤ ln 2 / 2, then the Taylor polynomial of degree 11.
inline double exponential(double z)
{
    constexpr double log2e = 1.4426950408889634;
    constexpr double ln2High = 0x1.62e42feep-1;
    constexpr double ln2Low = 0x1.a39ef35793c76p-33;
    constexpr double shifter = 0x1.8p52; // adding it rounds to a whole number in the low bits
    z = z < -700 ? -700 : z;
    const double shifted = z * log2e + shifter;
    const double n = shifted - shifter;
    const double r = (z - n * ln2High) - n * ln2Low;
    double sum = 1.0 / 39916800;
    for (const double coefficient : {1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                     1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0, 1.0})
        sum = sum * r + coefficient;
    const std::uint64_t power = (std::bit_cast<std::uint64_t>(shifted) + 1023) << 52;
    return sum * std::bit_cast<double>(power);
}

} // namespace

std::vector<double> signalWeights(const GeneratorSpec& spec)
{
    if (spec.signal <= 0) return {};
    constexpr double root3 = 1.7320508075688772;
    std::vector<double> weights(static_cast<std::size_t>(spec.categories) *
                                static_cast<std::size_t>(spec.features));
    for (std::size_t entry = 0; entry < weights.size(); ++entry) {
        const auto block = philox({entry / 4, 0, 1, 0}, {spec.seed, 0});
        weights[entry] = root3 * (2 * unitInterval(block[entry % 4]) - 1);
    }
    return weights;
}

SignalLabels::SignalLabels(const GeneratorSpec& spec)
    : features_(static_cast<std::size_t>(spec.features)),
      strength_(spec.signal),
      weights_(signalWeights(spec)),
      scores_(static_cast<std::size_t>(spec.categories)),
      centred_(features_)
{
}

void SignalLabels::draw(std::span<const RowWords> numerators, const RowWords& draws,
                        RowWords& labels, RowWords& best)
{
    score(numerators, best);
    weigh();
    Row threshold;
    Row below{};
    for (std::size_t row = 0; row < rowBatch; ++row)
        threshold[row] = fraction(draws[row] >> 11) * total_[row];
    labels.fill(0);
    for (const Row& weight : scores_) {
        for (std::size_t row = 0; row < rowBatch; ++row) {
            below[row] += weight[row];
            labels[row] += below[row] <= threshold[row] ? 1 : 0;
        }
    }
    for (auto& label : labels)
        label = std::min<std::uint64_t>(label, scores_.size() - 1);
}

void SignalLabels::score(std::span<const RowWords> numerators, RowWords& best)
{
    for (std::size_t feature = 0; feature < features_; ++feature)
        for (std::size_t row = 0; row < rowBatch; ++row)
            centred_[feature][row] = fraction(numerators[feature][row]) - 0.5;
    highest_.fill(-1e300);
    best.fill(0);
    for (std::size_t category = 0; category < scores_.size(); ++category) {
        Row sum{};
        for (std::size_t feature = 0; feature < features_; ++feature) {
            const double weight = weights_[category * features_ + feature];
            for (std::size_t row = 0; row < rowBatch; ++row)
                sum[row] += weight * centred_[feature][row];
        }
        for (std::size_t row = 0; row < rowBatch; ++row) {
            const bool higher = sum[row] > highest_[row];
            highest_[row] = higher ? sum[row] : highest_[row];
            best[row] = higher ? category : best[row];
        }
        scores_[category] = sum;
    }
}

void SignalLabels::weigh()
{
    total_.fill(0);
    for (Row& scores : scores_) {
        for (std::size_t row = 0; row < rowBatch; ++row) {
            scores[row] = exponential(strength_ * (scores[row] - highest_[row]));
            total_[row] += scores[row];
        }
    }
}

} // namespace spillway
