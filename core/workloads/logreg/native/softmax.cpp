#include "workloads/logreg/native/softmax.h"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

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

} // namespace

void SoftmaxSums::add(const SoftmaxSums& later)
{
    loss.add(later.loss);
    gradient.resize(std::max(gradient.size(), later.gradient.size()));
    for (std::size_t i = 0; i < later.gradient.size(); ++i)
        gradient[i].add(later.gradient[i]);
}

SoftmaxKernel::SoftmaxKernel(const SoftmaxShape& shape, std::vector<FeatureScale> scales)
    : shape_(shape), scales_(std::move(scales))
{
    batch_.capacity = batchRows(shape);
    batch_.columns.resize(shape.features);
    batch_.scores.resize(shape.vectors() * batch_.capacity);
    batch_.gradient.resize(shape.parameters());
    features_.resize(shape.features * batch_.capacity);
    lastLabels_.resize(batch_.capacity);
}

/// Calls visit() with each batch in turn.
template <class Visit>
void SoftmaxKernel::eachBatch(const LabelledRows& rows, const Visit& visit)
{
    batch_.classLabels.clear();
    for (const std::uint32_t label : rows.classLabels)
        batch_.classLabels.push_back(static_cast<std::int32_t>(label));
    for (std::size_t first = 0; first < rows.rows; first += batch_.capacity) {
        const std::size_t count = std::min(batch_.capacity, rows.rows - first);
        batch_.rows = padded(count);
        for (std::size_t j = 0; j < shape_.features; ++j)
            batch_.columns[j] = batchColumn(rows.features[j] + first, j, count);
        batch_.labels = rows.labels + first;
        if (count < batch_.rows) {
            std::copy_n(batch_.labels, count, lastLabels_.data());
            std::fill(lastLabels_.data() + count, lastLabels_.data() + batch_.rows,
                      SoftmaxBatch::paddingLabel);
            batch_.labels = lastLabels_.data();
        }
        visit();
    }
}

/// A feature of the batch as it is fitted, padded with zeros.
const double* SoftmaxKernel::batchColumn(const double* values, std::size_t feature,
                                         std::size_t count)
{
    if (scales_.empty() && count == batch_.rows) return values;
    double* const out = features_.data() + feature * batch_.capacity;
    scaleFeature(values, scales_.empty() ? FeatureScale{} : scales_[feature], count, out);
    std::fill(out + count, out + batch_.rows, 0.0);
    return out;
}

SoftmaxSums SoftmaxKernel::lossAndGradient(std::span<const double> parameters,
                                           const LabelledRows& rows)
{
    SoftmaxSums sums;
    sums.gradient.resize(shape_.parameters());
    eachBatch(rows, [&] {
        sums.loss.add(batch_.lossAndGradient(shape_, parameters.data()));
        for (std::size_t i = 0; i < sums.gradient.size(); ++i)
            sums.gradient[i].add(batch_.gradient[i]);
    });
    return sums;
}

std::int64_t SoftmaxKernel::correct(std::span<const double> parameters, const LabelledRows& rows)
{
    std::size_t right = 0;
    eachBatch(rows, [&] { right += batch_.countCorrect(shape_, parameters.data()); });
    return static_cast<std::int64_t>(right);
}

} // namespace spillway
