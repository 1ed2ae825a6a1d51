#pragma once

#include "data/dataset_manifest.h"
#include "protocol/run_record.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <optional>

namespace spillway {

/// The expected ETL result of a dataset: from the manifest, or from one native pass.
struct ReferenceResult {
    std::string source; ///< "manifest" or "native pass"
    EtlResult etl;
};

/// The reference from a generated dataset's manifest, if it has groups and they match the
/// workload's columns.
std::optional<ReferenceResult> referenceFromManifest(const DatasetManifest& manifest,
                                                     const EtlWorkload& workload);

/// Nothing when a result covers `rows` rows: those of all groups, or those that a regression used
/// and dropped. An engine that read other rows than the file has is wrong, whatever its result.
std::optional<Error> rowsDisagreement(const WorkloadResult& result, std::int64_t rows);

/// Nothing when counts are equal and means within 1e-9 of the mean of |x| of their group: sums of
/// values that cancel are only as precise as the values. Otherwise the first disagreement as text:
/// "group B mean of x 0.512, expected 0.500".
std::optional<Error> disagreement(const EtlResult& result, const std::vector<GroupMean>& groups,
                                  const ReferenceResult& reference);

/// Nothing when rows and classes of a regression match the generated dataset, as far as its
/// manifest says: the same label column, every class in the file present except words for missing
/// values, whose rows are counted as dropped. The fit itself is not checked.
std::optional<Error> disagreement(const LogregResult& result, const LogregWorkload& workload,
                                  const DatasetManifest& manifest);

} // namespace spillway
