#pragma once

#include "native/kernels/compensated.h"
#include "workloads/logreg/native/softmax_batch.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spillway {

/// Labelled rows, column by column.
struct LabelledRows {
    std::span<const double* const> features; ///< features[j][row]
    const std::uint32_t* labels = nullptr;   ///< label of each row
    std::size_t rows = 0;
    /// The value of each class in `labels`: below 2^31, or noLabel for a class that is not among
    /// the rows.
    std::span<const std::uint32_t> classLabels;
};
inline constexpr std::uint32_t noLabel = 0xfffffffe;

/// Sums over rows, not means.
struct SoftmaxSums {
    CompensatedSum loss;                  ///< of negative log-likelihoods
    std::vector<CompensatedSum> gradient; ///< of the loss, as the parameters lie

    void add(const SoftmaxSums& later);
};

/// Negative log-likelihood of rows and its gradient, fused: each row is visited once.
///
/// Works on batches of at most 256 rows; results are bit-identical at the same vector width.
/// Exponentials are of differences from the largest score, so nothing overflows. The loss takes one
/// logarithm per batch: of the product of the normalisers. Memory is allocated once per kernel. One
/// kernel per thread.
class SoftmaxKernel {
public:
    /// Features are scaled on their way into a batch, or not at all without `scales`.
    explicit SoftmaxKernel(const SoftmaxShape& shape, std::vector<FeatureScale> scales = {});

    const SoftmaxShape& shape() const { return shape_; }
    const std::vector<FeatureScale>& scales() const { return scales_; }
    SoftmaxSums lossAndGradient(std::span<const double> parameters, const LabelledRows& rows);
    /// Number of rows whose most likely class is their own; the lower class wins a tie.
    std::int64_t correct(std::span<const double> parameters, const LabelledRows& rows);

private:
    template <class Visit>
    void eachBatch(const LabelledRows& rows, const Visit& visit);
    const double* batchColumn(const double* values, std::size_t feature, std::size_t count);

    SoftmaxShape shape_;
    std::vector<FeatureScale> scales_;
    SoftmaxBatch batch_;
    std::vector<double> features_;          ///< of the batch, where they are scaled or padded
    std::vector<std::uint32_t> lastLabels_; ///< of an incomplete last batch, padded
};

} // namespace spillway
