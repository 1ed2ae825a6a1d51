#pragma once

#include "base/error.h"
#include "protocol/result.h"

#include <filesystem>

namespace spillway {

/// Writes the rows of `result` to `scratch`/groups.jsonl, one groupLine() each. The file is new,
/// ours alone (0600) and no link. NoSpace and Io as the system says.
Result<void> writeGroups(const std::filesystem::path& scratch, const EtlResult& result);

} // namespace spillway
