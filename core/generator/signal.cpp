#include "generator/signal.h"

#include "generator/philox.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generator/signal.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef SPILLWAY_SIGNAL_BATCH
#define SPILLWAY_SIGNAL_BATCH
namespace spillway {
namespace {

/// The arrays that one draw works on; each entry of a matrix stands for rowBatch rows.
struct SignalBatch {
    std::size_t categories;
    std::size_t features;
    double strength;
    const double* weights;
    const std::uint64_t* numerators;
    const std::uint64_t* draws;
    double* centred;
    double* scores;
    std::uint64_t* labels;
    std::uint64_t* best;
};

} // namespace
} // namespace spillway
#endif

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Real = hn::CappedTag<double, 8>;
using Signed = hn::RebindToSigned<Real>;
using Unsigned = hn::RebindToUnsigned<Real>;
using Reals = hn::Vec<Real>;

/// numerators·2^−53.
Reals fractions(const std::uint64_t* numerators)
{
    const auto whole = hn::BitCast(Signed(), hn::LoadU(Unsigned(), numerators));
    return hn::Mul(hn::ConvertTo(Real(), whole), hn::Set(Real(), 0x1p-53));
}

/// e^z for z ≤ 0, within 1e-13 relative; what is below e^−700 becomes e^−700. Cody and Waite's
/// reduction z = n·ln 2 + r with |r| ≤ ln 2 / 2, then the Taylor polynomial of degree 11. No fused
/// operation, so that every width gives the same bits.
Reals exponential(Reals z)
{
    const Real tag;
    const auto shifter =
        hn::Set(tag, 0x1.8p52); // adding it rounds to a whole number, in the low bits
    z = hn::Max(z, hn::Set(tag, -700));
    const auto shifted = hn::Add(hn::Mul(z, hn::Set(tag, 1.4426950408889634)), shifter);
    const auto n = hn::Sub(shifted, shifter);
    const auto high = hn::Sub(z, hn::Mul(n, hn::Set(tag, 0x1.62e42feep-1)));
    const auto r = hn::Sub(high, hn::Mul(n, hn::Set(tag, 0x1.a39ef35793c76p-33)));
    constexpr double coefficients[] = {1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                       1.0 / 720,     1.0 / 120,    1.0 / 24,    1.0 / 6,
                                       0.5,           1.0,          1.0};
    auto sum = hn::Set(tag, 1.0 / 39916800);
    for (const double coefficient : coefficients)
        sum = hn::Add(hn::Mul(sum, r), hn::Set(tag, coefficient));
    const auto biased = hn::Add(hn::BitCast(Unsigned(), shifted), hn::Set(Unsigned(), 1023));
    return hn::Mul(sum, hn::BitCast(tag, hn::ShiftLeft<52>(biased)));
}

/// Fills scores with W·(features − ½) and best with their arg max; returns the highest.
Reals score(const SignalBatch& batch, std::size_t lane)
{
    const Real tag;
    for (std::size_t feature = 0; feature < batch.features; ++feature) {
        const std::size_t at = feature * rowBatch + lane;
        hn::StoreU(hn::Sub(fractions(batch.numerators + at), hn::Set(tag, 0.5)), tag,
                   batch.centred + at);
    }
    auto highest = hn::Set(tag, -1e300);
    auto best = hn::Zero(Unsigned());
    const double* weight = batch.weights;
    for (std::size_t category = 0; category < batch.categories; ++category) {
        auto sum = hn::Zero(tag);
        for (std::size_t feature = 0; feature < batch.features; ++feature, ++weight)
            sum = hn::Add(sum, hn::Mul(hn::Set(tag, *weight),
                                       hn::LoadU(tag, batch.centred + feature * rowBatch + lane)));
        hn::StoreU(sum, tag, batch.scores + category * rowBatch + lane);
        const auto higher = hn::Gt(sum, highest);
        highest = hn::IfThenElse(higher, sum, highest);
        best =
            hn::IfThenElse(hn::RebindMask(Unsigned(), higher), hn::Set(Unsigned(), category), best);
    }
    hn::StoreU(best, Unsigned(), batch.best + lane);
    return highest;
}

/// Turns scores into the numerators of their softmax and returns the denominator.
Reals weigh(const SignalBatch& batch, std::size_t lane, Reals highest)
{
    const Real tag;
    const auto strength = hn::Set(tag, batch.strength);
    auto total = hn::Zero(tag);
    for (std::size_t category = 0; category < batch.categories; ++category) {
        double* const scores = batch.scores + category * rowBatch + lane;
        const auto weight =
            exponential(hn::Mul(strength, hn::Sub(hn::LoadU(tag, scores), highest)));
        hn::StoreU(weight, tag, scores);
        total = hn::Add(total, weight);
    }
    return total;
}

/// The category in whose share of the denominator a random number falls.
void choose(const SignalBatch& batch, std::size_t lane, Reals total)
{
    const Real tag;
    std::uint64_t numerators[rowBatch];
    for (std::size_t row = 0; row < hn::Lanes(tag); ++row)
        numerators[row] = batch.draws[lane + row] >> 11;
    const auto threshold = hn::Mul(fractions(numerators), total);
    auto below = hn::Zero(tag);
    auto label = hn::Zero(Unsigned());
    // The last category takes what rounding leaves.
    for (std::size_t category = 0; category + 1 < batch.categories; ++category) {
        below = hn::Add(below, hn::LoadU(tag, batch.scores + category * rowBatch + lane));
        const auto passed = hn::RebindMask(Unsigned(), hn::Le(below, threshold));
        label = hn::Add(label, hn::IfThenElseZero(passed, hn::Set(Unsigned(), 1)));
    }
    hn::StoreU(label, Unsigned(), batch.labels + lane);
}

void drawLabels(const SignalBatch& batch)
{
    for (std::size_t lane = 0; lane < rowBatch; lane += hn::Lanes(Real()))
        choose(batch, lane, weigh(batch, lane, score(batch, lane)));
}

} // namespace
} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {

HWY_EXPORT(drawLabels);

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
    : strength_(spec.signal), weights_(signalWeights(spec))
{
    if (weights_.empty()) return;
    centred_.resize(static_cast<std::size_t>(spec.features));
    scores_.resize(static_cast<std::size_t>(spec.categories));
}

void SignalLabels::draw(std::span<const RowWords> numerators, const RowWords& draws,
                        RowWords& labels, RowWords& best)
{
    const SignalBatch batch{.categories = scores_.size(),
                            .features = centred_.size(),
                            .strength = strength_,
                            .weights = weights_.data(),
                            .numerators = numerators.front().data(),
                            .draws = draws.data(),
                            .centred = centred_.front().data(),
                            .scores = scores_.front().data(),
                            .labels = labels.data(),
                            .best = best.data()};
    HWY_DYNAMIC_DISPATCH(drawLabels)(batch);
}

} // namespace spillway
#endif
