#pragma once

#include "protocol/result.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace spillway {

/// The rows of an ETL result that did not travel in its event, from scratch/groups.jsonl. Hostile
/// input: no symbolic link, regular files only, at most `result.groupsCount` lines with keys of
/// maxGroupKeyBytes together, and they must have the hash that the result names and pass
/// checkGroups(). Protocol error otherwise; Cancelled when stopped.
Result<std::vector<GroupMean>> readGroupRows(const std::filesystem::path& scratch,
                                             const EtlResult& result, std::stop_token stop);

} // namespace spillway
