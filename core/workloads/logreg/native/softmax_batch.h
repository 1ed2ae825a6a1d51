#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spillway {

/// A linear classifier's parameters are `vectors()` rows of features() weights and an intercept,
/// row by row. With three or more classes each has a row; two classes share one, the log-odds of
/// class 1.
struct SoftmaxShape {
    std::size_t classes = 2;
    std::size_t features = 1;

    std::size_t vectors() const { return classes == 2 ? 1 : classes; }
    std::size_t width() const { return features + 1; }
    std::size_t parameters() const { return vectors() * width(); }
};

/// A feature x is fitted as (x − mean)·inverse.
struct FeatureScale {
    double mean = 0;
    double inverse = 1;

    bool operator==(const FeatureScale&) const = default;
};

/// Rows laid out for vector instructions, few enough to stay in the L1 cache, and the values
/// computed from them, with the widest vectors that the CPU supports (Highway, chosen at run time).
/// `rows` is a multiple of 16; padding rows have features 0 and paddingLabel, and do not count.
struct SoftmaxBatch {
    static constexpr std::uint32_t paddingLabel = 0xffffffff;

    std::size_t capacity = 0;              ///< rows, a multiple of 16
    std::size_t rows = 0;                  ///< with those of padding
    std::vector<const double*> columns;    ///< a feature
    const std::uint32_t* labels = nullptr; ///< a row
    std::vector<double> classLabels;       ///< what stands for each class in labels
    std::vector<double> scores;   ///< classes × capacity, then probabilities and residuals
    std::vector<double> gradient; ///< of the loss, as the parameters lie

    /// Sum of negative log-likelihoods; fills `gradient`.
    double lossAndGradient(const SoftmaxShape& shape, const double* parameters);
    /// Number of rows whose label has the largest score; the first of equal scores wins.
    std::size_t countCorrect(const SoftmaxShape& shape, const double* parameters);
};

/// Scales the first `count` values for fitting.
void scaleFeature(const double* values, const FeatureScale& scale, std::size_t count, double* out);

} // namespace spillway
