#pragma once

#include "protocol/result.h"
#include "workloads/workload.h"

namespace spillway {

/// Whether `result` is one that `workload` can have, whatever the data: its kind, the value columns
/// as planned, shapes, and every figure within its range. It says nothing of whether the figures
/// are right. Protocol error that names the field and its value. Of a group-by mean whose rows do
/// not travel with the result, checkGroups() tells the rest.
Result<void> checkRanges(const WorkloadResult& result, const Workload& workload);

/// Whether `groups` are those of `result`: keys ascending by their bytes, each once; counts from 1
/// that sum up to the result's rows; a mean a value column.
Result<void> checkGroups(const std::vector<GroupMean>& groups, const EtlResult& result);

} // namespace spillway
