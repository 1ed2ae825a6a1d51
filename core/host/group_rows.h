#pragma once

#include "protocol/result.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace spillway {

/// The rows of an ETL result that were not in its event, from scratch/groups.jsonl. Untrusted
/// input: no symbolic link, regular files only, at most `result.groupsCount` lines with at most
/// maxGroupKeyBytes of keys in total, and they must match the result's hash and pass checkGroups().
/// Protocol error otherwise; Cancelled when stopped.
Result<std::vector<GroupMean>> readGroupRows(const std::filesystem::path& scratch,
                                             const EtlResult& result, std::stop_token stop);

} // namespace spillway
