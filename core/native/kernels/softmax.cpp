#include "native/kernels/softmax.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "native/kernels/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Vec = hn::Vec<Doubles>;
using Work = SoftmaxKernel::Workspace;

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
            hn::StoreU(sums[c], tag, work.scores.data() + (k + c) * work.batch + row);
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
    const double* const residuals = work.scores.data() + k * work.batch;
    for (std::size_t j = 0; j <= shape.features; ++j) {
        Vec sums[Classes];
        for (auto& sum : sums)
            sum = hn::Zero(tag);
        const bool intercept = j == shape.features;
        for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
            const Vec feature =
                intercept ? hn::Set(tag, 1.0) : hn::LoadU(tag, work.columns[j] + row);
            for (std::size_t c = 0; c < Classes; ++c)
                sums[c] =
                    hn::MulAdd(hn::LoadU(tag, residuals + c * work.batch + row), feature, sums[c]);
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

/// Labels as doubles; padding rows have label −1, which no class equals.
Vec labelsAt(const Work& work, std::size_t row)
{
    const Doubles tag;
    const hn::Rebind<std::int32_t, Doubles> narrow;
    return hn::PromoteTo(tag, hn::LoadU(narrow, work.labels.data() + row));
}

/// Loss of the rows; scores become residuals, zero for padding.
double multinomial(const SoftmaxShape& shape, std::size_t rows, Work& work)
{
    const Doubles tag;
    const Vec one = hn::Set(tag, 1.0);
    Vec products = one;
    Vec linear = hn::Zero(tag);
    for (std::size_t row = 0; row < rows; row += hn::Lanes(tag)) {
        double* const scores = work.scores.data() + row;
        const Vec labels = labelsAt(work, row);
        const auto real = hn::Ge(labels, hn::Zero(tag));
        Vec largest = hn::LoadU(tag, scores);
        for (std::size_t k = 1; k < shape.classes; ++k)
            largest = hn::Max(largest, hn::LoadU(tag, scores + k * work.batch));
        Vec normaliser = hn::Zero(tag);
        for (std::size_t k = 0; k < shape.classes; ++k) {
            const Vec below = hn::Sub(hn::LoadU(tag, scores + k * work.batch), largest);
            const auto mine = hn::Eq(labels, hn::Set(tag, static_cast<double>(k)));
            linear = hn::Sub(linear, hn::IfThenElseZero(mine, below));
            const Vec likelihood = hn::Exp(tag, below);
            normaliser = hn::Add(normaliser, likelihood);
            hn::StoreU(likelihood, tag, scores + k * work.batch);
        }
        products = hn::Mul(products, hn::IfThenElse(real, normaliser, one));
        const Vec scale = hn::IfThenElseZero(real, hn::Div(one, normaliser));
        for (std::size_t k = 0; k < shape.classes; ++k) {
            const auto mine = hn::Eq(labels, hn::Set(tag, static_cast<double>(k)));
            const Vec probability = hn::Mul(hn::LoadU(tag, scores + k * work.batch), scale);
            hn::StoreU(hn::Sub(probability, hn::IfThenElseZero(mine, one)), tag,
                       scores + k * work.batch);
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
        const auto second = hn::Eq(labels, one);
        const Vec z = hn::LoadU(tag, scores);
        const Vec small = hn::Exp(tag, hn::Neg(hn::Abs(z)));
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

double lossAndGradient(const SoftmaxShape& shape, const double* parameters, std::size_t rows,
                       Work& work)
{
    return batchLossAndGradient(shape, parameters, rows, work);
}

void scores(const SoftmaxShape& shape, const double* parameters, std::size_t rows, Work& work)
{
    allScores(shape, parameters, rows, work);
}

std::string target()
{
    return hwy::TargetName(HWY_TARGET);
}

} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {
namespace {

HWY_EXPORT(lossAndGradient);
HWY_EXPORT(scores);
HWY_EXPORT(target);

constexpr std::size_t largestBatch = 256;
constexpr std::size_t scoresInCache = 32768;
constexpr std::size_t widestVector = 16; ///< rows; a batch is padded to a multiple

std::size_t padded(std::size_t rows)
{
    return (rows + widestVector - 1) / widestVector * widestVector;
}

std::size_t batchRows(const SoftmaxShape& shape)
{
    const std::size_t fitting = scoresInCache / shape.vectors() / widestVector * widestVector;
    return std::clamp(fitting, widestVector, largestBatch);
}

std::size_t likeliestClass(const SoftmaxShape& shape, const SoftmaxKernel::Workspace& work,
                           std::size_t row)
{
    const double* const scores = work.scores.data() + row;
    if (shape.classes == 2) return scores[0] > 0 ? 1 : 0;
    std::size_t best = 0;
    for (std::size_t k = 1; k < shape.classes; ++k)
        if (scores[k * work.batch] > scores[best * work.batch]) best = k;
    return best;
}

} // namespace

std::string vectorTarget()
{
    return HWY_DYNAMIC_DISPATCH(target)();
}

void SoftmaxSums::add(const SoftmaxSums& later)
{
    loss.add(later.loss);
    gradient.resize(std::max(gradient.size(), later.gradient.size()));
    for (std::size_t i = 0; i < later.gradient.size(); ++i)
        gradient[i].add(later.gradient[i]);
}

SoftmaxKernel::SoftmaxKernel(const SoftmaxShape& shape) : shape_(shape)
{
    work_.batch = batchRows(shape);
    work_.scores.resize(shape.vectors() * work_.batch);
    work_.labels.resize(work_.batch);
    work_.columns.resize(shape.features);
    work_.gradient.resize(shape.parameters());
}

/// Calls visit(rows of the batch, rows padded) with the workspace pointing at them.
template <class Visit>
void SoftmaxKernel::eachBatch(const LabelledRows& rows, const Visit& visit)
{
    for (std::size_t first = 0; first < rows.rows; first += work_.batch) {
        const std::size_t count = std::min(work_.batch, rows.rows - first);
        std::copy_n(rows.labels + first, count, work_.labels.begin());
        std::fill(work_.labels.begin() + static_cast<std::ptrdiff_t>(count), work_.labels.end(),
                  -1);
        const bool full = count == padded(count);
        if (!full) work_.padded.assign(shape_.features * work_.batch, 0.0);
        for (std::size_t j = 0; j < shape_.features; ++j) {
            work_.columns[j] = rows.features[j] + first;
            if (full) continue;
            double* const copy = work_.padded.data() + j * work_.batch;
            std::copy_n(work_.columns[j], count, copy);
            work_.columns[j] = copy;
        }
        visit(count, padded(count));
    }
}

SoftmaxSums SoftmaxKernel::lossAndGradient(std::span<const double> parameters,
                                           const LabelledRows& rows)
{
    SoftmaxSums sums;
    sums.gradient.resize(shape_.parameters());
    eachBatch(rows, [&](std::size_t, std::size_t paddedRows) {
        sums.loss.add(
            HWY_DYNAMIC_DISPATCH(lossAndGradient)(shape_, parameters.data(), paddedRows, work_));
        for (std::size_t i = 0; i < work_.gradient.size(); ++i)
            sums.gradient[i].add(work_.gradient[i]);
    });
    return sums;
}

std::int64_t SoftmaxKernel::correct(std::span<const double> parameters, const LabelledRows& rows)
{
    std::int64_t right = 0;
    eachBatch(rows, [&](std::size_t count, std::size_t paddedRows) {
        HWY_DYNAMIC_DISPATCH(scores)(shape_, parameters.data(), paddedRows, work_);
        for (std::size_t row = 0; row < count; ++row)
            right +=
                likeliestClass(shape_, work_, row) == static_cast<std::size_t>(work_.labels[row]);
    });
    return right;
}

} // namespace spillway
#endif // HWY_ONCE
