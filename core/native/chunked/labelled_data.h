#pragma once

#include "native/chunked/ordered_scan.h"
#include "native/chunked/partition_store.h"
#include "native/kernels/moments.h"
#include "protocol/run_spec.h"

#include <string>
#include <vector>

namespace spillway {

/// What loading learnt about the rows of a classification; the rows themselves are in the store.
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

/// Reads the label and feature columns into `store`, rows to train on apart from those to test on,
/// then numbers the labels and, when asked for, standardises the features: afterwards ids are class
/// numbers and columns are the features as they are fitted.
/// InvalidArgument when there is nothing to learn from: no rows, one class, an infinite feature,
/// more classes than 65,536 or than training rows.
Result<LabelledData> loadLabelled(const RunSpec& spec, const LogregWorkload& workload,
                                  const ScanPlan& plan, PartitionStore& store,
                                  const PassContext& pass);

/// The divisor of a standardised feature: its standard deviation, 1 for a constant one.
double featureScale(const Moments& moments);

} // namespace spillway
