#pragma once

#include "workloads/etl/etl_result.h"
#include "workloads/logreg/logreg_result.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace spillway {

/// What a run answers: one alternative a kind of work.
using WorkloadResult = std::variant<EtlResult, LogregResult>;

/// The measures of its kind (workloads/workload_type.h) by name, with "majority_accuracy" beside
/// "accuracy".
std::map<std::string, double> measuresOf(const WorkloadResult& result);
/// What it says of itself: rows that were left out, a constant feature.
std::vector<std::string> warningsOf(const WorkloadResult& result);

/// As `run --json` and the result event carry it, with its kind.
Json toJson(const WorkloadResult& result);
/// Protocol error for an unknown kind and for a field that is missing or of another type. Whether
/// the figures are possible is told by checkRanges().
Result<WorkloadResult> resultFromJson(const Json& json);
/// Whether `result` is one that `workload` can have, whatever the data: its kind, and what
/// checkRanges() of its kind says. It says nothing of whether the figures are right.
Result<void> checkRanges(const WorkloadResult& result, const Workload& workload);

} // namespace spillway
