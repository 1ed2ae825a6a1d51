#pragma once

#include "base/error.h"
#include "protocol/result.h"

#include <filesystem>

namespace spillway {

/// Writes the rows of `result` to `scratch`/groups.jsonl, one groupLine() each. The file is new,
/// private (0600) and not a link. NoSpace and Io as the system reports.
Result<void> writeGroups(const std::filesystem::path& scratch, const EtlResult& result);

} // namespace spillway
