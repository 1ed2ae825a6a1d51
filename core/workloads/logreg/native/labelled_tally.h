#pragma once

#include "workloads/logreg/logreg.h"
#include "workloads/logreg/native/labelled_block.h"
#include "workloads/logreg/native/softmax.h"

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace spillway {

/// What loading found out about the rows of a classification.
struct LabelledData {
    std::vector<std::string> classes;      ///< sorted by bytes
    std::vector<std::int64_t> trainCounts; ///< a class
    std::vector<std::int64_t> testCounts;  ///< a class
    std::vector<Moments> moments;          ///< a feature, of the training rows as read
    std::int64_t trainRows = 0;
    std::int64_t testRows = 0;
    std::int64_t droppedRows = 0; ///< with a missing feature or label
    bool fewDistinctRows = false; ///< fewer than 1,000
};

/// Collects the facts of each block, in block order.
class LabelledTally {
public:
    explicit LabelledTally(const LogregWorkload& workload)
        : workload_(workload), moments_(workload.features.size())
    {
    }

    /// `labels` maps the block's labels to numbers. InvalidArgument for an infinite feature and for
    /// more than 65,536 classes.
    Result<void> add(const KeyTable& labels, const LabelledFacts& block);
    bool enoughDistinct() const { return distinct_.size() >= enoughDistinctRows; }
    /// InvalidArgument when there is nothing to learn from: no rows, one class, more classes than
    /// training rows.
    Result<LabelledData> finish() const;

private:
    void countLabels(const KeyTable& labels, const LabelledFacts& block);
    LabelledData sorted() const;

    const LogregWorkload& workload_;
    KeyTable labels_;
    std::vector<std::int64_t> trainCounts_; ///< by number in labels_
    std::vector<std::int64_t> testCounts_;
    std::vector<Moments> moments_;
    std::int64_t dropped_ = 0;
    std::int64_t rows_ = 0; ///< of the blocks so far, including dropped ones
    std::unordered_set<std::uint64_t> distinct_;
};

/// InvalidArgument for a label that is also a feature.
Result<void> checkLabel(const LogregWorkload& workload);

/// How rows as read become rows as fitted.
struct FittedForm {
    std::vector<std::string> classes;
    std::vector<FeatureScale> scales; ///< per feature; empty: features are fitted unscaled

    /// The id of each class in a block with these labels.
    std::vector<KeyTable::Id> classLabels(const KeyTable& labels) const;
};
FittedForm fittedForm(const LogregWorkload& workload, const LabelledData& data);

/// The divisor of a standardised feature: its standard deviation, 1 for a constant one.
double featureScale(const Moments& moments);

} // namespace spillway
