#pragma once

#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg_result.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace spillway {

/// The result of a run: one alternative per workload kind.
using WorkloadResult = std::variant<EtlResult, LogregResult>;

/// The measures of its kind (workloads/workload_type.h) by name, with "majority_accuracy" beside
/// "accuracy".
std::map<std::string, double> measuresOf(const WorkloadResult& result);
/// Warnings in the result: rows that were left out, a constant feature.
std::vector<std::string> warningsOf(const WorkloadResult& result);

/// As in `run --json` and the result event, with its kind.
Json toJson(const WorkloadResult& result);
/// Protocol error for an unknown kind and for a field that is missing or of another type.
/// checkRanges() checks whether the values are possible.
Result<WorkloadResult> resultFromJson(const Json& json);
/// Whether `result` is possible for `workload` with any data: its kind, and the checkRanges() of
/// its kind. Does not check whether the values are correct.
Result<void> checkRanges(const WorkloadResult& result, const Workload& workload);

} // namespace spillway
