#pragma once

#include "native/kernels/compensated.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spillway {

/// The vector instructions that the kernel uses on this processor, by Highway's name ("AVX2").
std::string vectorTarget();

/// A linear classifier's parameters are `vectors()` rows of features() weights and an intercept,
/// row by row. Three classes and more have a row each; two have one, the log-odds of class 1.
struct SoftmaxShape {
    std::size_t classes = 2;
    std::size_t features = 1;

    std::size_t vectors() const { return classes == 2 ? 1 : classes; }
    std::size_t width() const { return features + 1; }
    std::size_t parameters() const { return vectors() * width(); }
};

/// Labelled rows, column by column.
struct LabelledRows {
    std::span<const double* const> features; ///< features[j][row]
    const std::uint32_t* labels = nullptr;   ///< in [0, classes)
    std::size_t rows = 0;
};

/// Sums over rows, not means.
struct SoftmaxSums {
    CompensatedSum loss;                  ///< of negative log-likelihoods
    std::vector<CompensatedSum> gradient; ///< of the loss, as the parameters lie

    void add(const SoftmaxSums& later);
};

/// Negative log-likelihood of rows and its gradient, fused: one look at each row.
///
/// Works on batches of at most 256 rows, which stay in the first-level cache, with the widest
/// vectors the processor has (Highway, chosen at run time); results are the same bits at one vector
/// width. exp is Highway's, at most 1 ulp off, and gets differences to the largest score only, so
/// nothing overflows. The loss takes one logarithm a batch: of the product of the normalisers.
/// Memory is allocated once a kernel. One kernel a thread.
class SoftmaxKernel {
public:
    explicit SoftmaxKernel(const SoftmaxShape& shape);

    const SoftmaxShape& shape() const { return shape_; }
    SoftmaxSums lossAndGradient(std::span<const double> parameters, const LabelledRows& rows);
    /// Rows whose most likely class is theirs; the lower class wins a tie.
    std::int64_t correct(std::span<const double> parameters, const LabelledRows& rows);

    /// Memory of one kernel's batch, laid out for vectors.
    struct Workspace {
        std::size_t batch = 0;              ///< rows, a multiple of 16
        std::vector<double> scores;         ///< classes × batch, then probabilities and residuals
        std::vector<double> padded;         ///< features × batch: a last batch that is not full
        std::vector<std::int32_t> labels;   ///< of the batch, padded
        std::vector<const double*> columns; ///< of the batch
        std::vector<double> gradient;       ///< of the batch
    };

private:
    template <class Visit>
    void eachBatch(const LabelledRows& rows, const Visit& visit);

    SoftmaxShape shape_;
    Workspace work_;
};

} // namespace spillway
