#pragma once

#include "data/dataset_manifest.h"
#include "protocol/run_record.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <optional>

namespace spillway {

/// What an ETL result of a dataset has to be: from the manifest, or from one native pass.
struct ReferenceResult {
    std::string source; ///< "manifest" or "native pass"
    EtlResult etl;
};

/// The reference that a generated dataset carries, when its manifest has groups and they fit the
/// workload's columns.
std::optional<ReferenceResult> referenceFromManifest(const DatasetManifest& manifest,
                                                     const EtlWorkload& workload);

/// Nothing when a result was made from `rows` rows: those of all groups, or those that a regression
/// used and dropped. An engine that read other rows than the file has is wrong, whatever it found.
std::optional<Error> rowsDisagreement(const WorkloadResult& result, std::int64_t rows);

/// Nothing when counts are equal and means within 1e-9 of the mean of |x| of their group: sums of
/// values that cancel are only as exact as the values. Otherwise the first disagreement in words:
/// "group B mean of x 0.512, expected 0.500".
std::optional<Error> disagreement(const EtlResult& result, const std::vector<GroupMean>& groups,
                                  const ReferenceResult& reference);

/// Nothing when rows and classes of a regression are those of the generated dataset, as far as its
/// manifest tells: the same label column, each class in the file and none left out but words for
/// missing values, whose rows are counted as dropped. The fit itself is not compared with anything.
std::optional<Error> disagreement(const LogregResult& result, const LogregWorkload& workload,
                                  const DatasetManifest& manifest);

} // namespace spillway
