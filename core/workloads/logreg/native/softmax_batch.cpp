#include "workloads/logreg/native/softmax_batch.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/logreg/native/softmax_batch.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Vec = hn::Vec<Doubles>;
using Work = SoftmaxBatch;

constexpr double largeProduct = 0x1p500;

/// Sum of logarithms by multiplying first; every factor lies in [1, 2^500].
class LogSum {
public:
    void multiply(double factor)
    {
        if (product_ > largeProduct) flush();
        product_ *= factor;
    }
    double value()
    {
        flush();
        return sum_;
    }

private:
    void flush()
    {
        sum_ += std::log(product_);
        product_ = 1;
    }
    double sum_ = 0;
    double product_ = 1;
};

/// e^x for x ≤ 0, within an ulp, and NaN for NaN: x = q·ln 2 + r with |r| ≤ ln 2 / 2, then a
/// polynomial in r that is e^r within 2·10^-17, then q added to the exponent. About half the work
/// of an exponential for any argument.
HWY_INLINE Vec expBelowZero(Vec x)
{
    const Doubles tag;
    const hn::Repartition<std::int64_t, Doubles> integers;
    constexpr double lowest = -708; // above the logarithm of the least normal number
    constexpr double inverseLn2 = 1.4426950408889634;
    constexpr double ln2High = 0.6931471803691238; // 32 bits: times q it is exact
    constexpr double ln2Low = 1.9082149292705877e-10;
    constexpr double wholeNumbers = 0x1.8p52; // doubles near it are the integers
    x = hn::Max(hn::Set(tag, lowest), x);
    const Vec shifted = hn::MulAdd(x, hn::Set(tag, inverseLn2), hn::Set(tag, wholeNumbers));
    const Vec q = hn::Sub(shifted, hn::Set(tag, wholeNumbers));
    Vec r = hn::NegMulAdd(q, hn::Set(tag, ln2High), x);
    r = hn::NegMulAdd(q, hn::Set(tag, ln2Low), r);
    const auto next = [&](Vec sum, double coefficient)
                          HWY_ATTR { return hn::MulAdd(sum, r, hn::Set(tag, coefficient)); };
    // (e^r − 1 − r) / r², interpolated at Chebyshev's points.
    Vec sum = hn::Set(tag, 2.510038549551032e-08);
    sum = next(sum, 2.7620088445409746e-07);
    sum = next(sum, 2.7557268459997064e-06);
    sum = next(sum, 2.4801521295954376e-05);
    sum = next(sum, 0.00019841269863053618);
    sum = next(sum, 0.0013888888917213717);
    sum = next(sum, 0.008333333333330062);
    sum = next(sum, 0.04166666666662413);
    sum = next(sum, 0.16666666666666669);
    sum = next(sum, 0.5000000000000001);
    sum = next(next(sum, 1), 1);
    const auto exponent = hn::ShiftLeft<52>(hn::BitCast(integers, shifted));
    return hn::BitCast(tag, hn::Add(hn::BitCast(integers, sum), exponent));
}

/// log of the product of all lanes.
double logProduct(Vec products)
{
    const Doubles tag;
    HWY_ALIGN double lanes[HWY_MAX_BYTES / sizeof(double)];
    hn::Store(products, tag, lanes);
    LogSum sum;
    for (std::size_t lane = 0; lane < hn::Lanes(tag); ++lane)
        sum.multiply(lanes[lane]);
    return sum.value();
}

/// scores[k] = intercept + Σ_j weight_j · feature_j for `Classes` classes from `k` on: each feature
/// is loaded once for all of them.
template <std::size_t Classes>
void linearScores(const SoftmaxShape& shape, const double* parameters, std::size_t k,
                  std::size_t rows, Work& work)
{
    const Doubles tag;
    const double* const weights = parameters + k * shape.width();
    for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
        Vec sums[Classes];
        for (std::size_t c = 0; c < Classes; ++c)
            sums[c] = hn::Set(tag, weights[c * shape.width() + shape.features]);
        for (std::size_t j = 0; j < shape.features; ++j) {
            const Vec feature = hn::LoadU(tag, work.columns[j] + row);
            for (std::size_t c = 0; c < Classes; ++c)
                sums[c] =
                    hn::MulAdd(hn::Set(tag, weights[c * shape.width() + j]), feature, sums[c]);
        }
        for (std::size_t c = 0; c < Classes; ++c)
            hn::StoreU(sums[c], tag, work.scores.data() + (k + c) * work.capacity + row);
    }
}

void allScores(const SoftmaxShape& shape, const double* parameters, std::size_t rows, Work& work)
{
    std::size_t k = 0;
    for (; k + 4 <= shape.vectors(); k += 4)
        linearScores<4>(shape, parameters, k, rows, work);
    for (; k < shape.vectors(); ++k)
        linearScores<1>(shape, parameters, k, rows, work);
}

/// gradient[k][j] = Σ_rows residual_k · feature_j, for `Classes` classes at once.
template <std::size_t Classes>
void residualSums(const SoftmaxShape& shape, std::size_t k, std::size_t rows, Work& work)
{
    const Doubles tag;
    const double* const residuals = work.scores.data() + k * work.capacity;
    for (std::size_t j = 0; j <= shape.features; ++j) {
        Vec sums[Classes];
        for (auto& sum : sums)
            sum = hn::Zero(tag);
        const bool intercept = j == shape.features;
        for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
            const Vec feature =
                intercept ? hn::Set(tag, 1.0) : hn::LoadU(tag, work.columns[j] + row);
            for (std::size_t c = 0; c < Classes; ++c)
                sums[c] = hn::MulAdd(hn::LoadU(tag, residuals + c * work.capacity + row), feature,
                                     sums[c]);
        }
        for (std::size_t c = 0; c < Classes; ++c)
            work.gradient[(k + c) * shape.width() + j] = hn::GetLane(hn::SumOfLanes(tag, sums[c]));
    }
}

void allResidualSums(const SoftmaxShape& shape, std::size_t rows, Work& work)
{
    std::size_t k = 0;
    for (; k + 4 <= shape.vectors(); k += 4)
        residualSums<4>(shape, k, rows, work);
    for (; k < shape.vectors(); ++k)
        residualSums<1>(shape, k, rows, work);
}

/// Labels as doubles; padding rows have label −1, which stands for no class.
Vec labelsAt(const Work& work, std::size_t row)
{
    const Doubles tag;
    const hn::Rebind<std::int32_t, Doubles> narrow;
    return hn::PromoteTo(
        tag, hn::LoadU(narrow, reinterpret_cast<const std::int32_t*>(work.labels) + row));
}

/// Loss of the rows; scores become residuals, zero for padding.
double multinomial(const SoftmaxShape& shape, std::size_t rows, Work& work)
{
    const Doubles tag;
    const std::size_t classes = shape.classes;
    const std::size_t batch = work.capacity;
    const double* const classLabels = work.classLabels.data();
    const Vec one = hn::Set(tag, 1.0);
    Vec products = one;
    Vec linear = hn::Zero(tag);
    for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
        double* const scores = work.scores.data() + row;
        const Vec labels = labelsAt(work, row);
        const auto real = hn::Ge(labels, hn::Zero(tag));
        Vec largest = hn::LoadU(tag, scores);
        for (std::size_t k = 1; k < classes; ++k)
            largest = hn::Max(largest, hn::LoadU(tag, scores + k * batch));
        Vec normaliser = hn::Zero(tag);
        for (std::size_t k = 0; k < classes; ++k) {
            const Vec below = hn::Sub(hn::LoadU(tag, scores + k * batch), largest);
            const auto mine = hn::Eq(labels, hn::Set(tag, classLabels[k]));
            linear = hn::Sub(linear, hn::IfThenElseZero(mine, below));
            const Vec likelihood = expBelowZero(below);
            normaliser = hn::Add(normaliser, likelihood);
            hn::StoreU(likelihood, tag, scores + k * batch);
        }
        products = hn::Mul(products, hn::IfThenElse(real, normaliser, one));
        const Vec scale = hn::IfThenElseZero(real, hn::Div(one, normaliser));
        for (std::size_t k = 0; k < classes; ++k) {
            const auto mine = hn::Eq(labels, hn::Set(tag, classLabels[k]));
            const Vec probability = hn::Mul(hn::LoadU(tag, scores + k * batch), scale);
            hn::StoreU(hn::Sub(probability, hn::IfThenElseZero(mine, one)), tag,
                       scores + k * batch);
        }
    }
    return logProduct(products) + hn::GetLane(hn::SumOfLanes(tag, linear));
}

/// The same for two classes: log(1 + e^−|z|) plus what z says against the label.
double binomial(std::size_t rows, Work& work)
{
    const Doubles tag;
    const Vec one = hn::Set(tag, 1.0);
    const Vec zero = hn::Zero(tag);
    Vec products = one;
    Vec linear = zero;
    for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
        double* const scores = work.scores.data() + row;
        const Vec labels = labelsAt(work, row);
        const auto real = hn::Ge(labels, zero);
        const auto second = hn::Eq(labels, hn::Set(tag, work.classLabels[1]));
        const Vec z = hn::LoadU(tag, scores);
        const Vec small = expBelowZero(hn::Neg(hn::Abs(z)));
        const Vec normaliser = hn::Add(one, small);
        const Vec against = hn::Max(zero, hn::IfThenElse(second, hn::Neg(z), z));
        linear = hn::Add(linear, hn::IfThenElseZero(real, against));
        products = hn::Mul(products, hn::IfThenElse(real, normaliser, one));
        const Vec probability = hn::Div(hn::IfThenElse(hn::Ge(z, zero), one, small), normaliser);
        const Vec residual = hn::Sub(probability, hn::IfThenElseZero(second, one));
        hn::StoreU(hn::IfThenElseZero(real, residual), tag, scores);
    }
    return logProduct(products) + hn::GetLane(hn::SumOfLanes(tag, linear));
}

double batchLossAndGradient(const SoftmaxShape& shape, const double* parameters, std::size_t rows,
                            Work& work)
{
    allScores(shape, parameters, rows, work);
    const double loss = shape.classes == 2 ? binomial(rows, work) : multinomial(shape, rows, work);
    allResidualSums(shape, rows, work);
    return loss;
}

} // namespace

void scaleFeature(const double* values, const FeatureScale& scale, std::size_t rows, double* out)
{
    const Doubles tag;
    const Vec mean = hn::Set(tag, scale.mean);
    const Vec inverse = hn::Set(tag, scale.inverse);
    std::size_t row = 0;
    for (; row + hn::Lanes(tag) <= rows; row += hn::Lanes(tag))
        hn::StoreU(hn::Mul(hn::Sub(hn::LoadU(tag, values + row), mean), inverse), tag, out + row);
    for (; row < rows; ++row)
        out[row] = (values[row] - scale.mean) * scale.inverse;
}

double lossAndGradient(const SoftmaxShape& shape, const double* parameters, std::size_t rows,
                       Work& work)
{
    return batchLossAndGradient(shape, parameters, rows, work);
}

/// Rows whose label is that of the largest score, of the first one of equals.
std::size_t countCorrect(const SoftmaxShape& shape, const double* parameters, std::size_t rows,
                         Work& work)
{
    allScores(shape, parameters, rows, work);
    const Doubles tag;
    const bool binary = shape.classes == 2;
    std::size_t right = 0;
    for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
        Vec largest = binary ? hn::Zero(tag) : hn::LoadU(tag, work.scores.data() + row);
        Vec guess = hn::Set(tag, work.classLabels[0]);
        for (std::size_t k = 1; k < shape.classes; ++k) {
            const std::size_t vector = binary ? 0 : k;
            const Vec score = hn::LoadU(tag, work.scores.data() + vector * work.capacity + row);
            guess =
                hn::IfThenElse(hn::Gt(score, largest), hn::Set(tag, work.classLabels[k]), guess);
            largest = hn::Max(score, largest);
        }
        right += hn::CountTrue(tag, hn::Eq(guess, labelsAt(work, row)));
    }
    return right;
}

} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {

HWY_EXPORT(scaleFeature);
HWY_EXPORT(lossAndGradient);
HWY_EXPORT(countCorrect);

void scaleFeature(const double* values, const FeatureScale& scale, std::size_t count, double* out)
{
    HWY_DYNAMIC_DISPATCH(scaleFeature)(values, scale, count, out);
}

double SoftmaxBatch::lossAndGradient(const SoftmaxShape& shape, const double* parameters)
{
    return HWY_DYNAMIC_DISPATCH(lossAndGradient)(shape, parameters, rows, *this);
}

std::size_t SoftmaxBatch::countCorrect(const SoftmaxShape& shape, const double* parameters)
{
    return HWY_DYNAMIC_DISPATCH(countCorrect)(shape, parameters, rows, *this);
}

} // namespace spillway
#endif // HWY_ONCE
