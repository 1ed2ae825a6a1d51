#pragma once

#include "workloads/etl/etl_result.h"
#include "workloads/result_checker.h"

#include <optional>
#include <vector>

namespace spillway {

/// The reference that a generated dataset carries, when its manifest has groups and they fit the
/// workload's columns.
std::optional<Reference> referenceFromManifest(const DatasetManifest& manifest,
                                               const EtlWorkload& workload);

/// Nothing when counts are equal and means within 1e-9 of the mean of |x| of their group: sums of
/// values that cancel are only as exact as the values. Otherwise the first disagreement in words:
/// "group B mean of x 0.512, expected 0.500".
std::optional<Error> disagreement(const EtlResult& result, const std::vector<GroupMean>& groups,
                                  const EtlResult& reference);

/// Compares with the reference, if there is one.
const ResultChecker& etlChecker();

} // namespace spillway
