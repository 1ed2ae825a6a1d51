#pragma once

#include "base/error.h"
#include "base/units.h"

#include <filesystem>
#include <optional>

namespace spillway {

struct Plan;

/// What a plan may write, before its first run: `need` is the most that one run may have to spill
/// (PlanEstimate::scratch). Each thing that would fail every run that spills, once: InvalidArgument
/// for a directory in memory or without a UTF-8 name, NotPermitted for one that cannot be written
/// to, NoSpace when it has less room than a run may need, unless the plan allows less by itself
/// (`mostScratch`). A directory that does not exist yet is judged by the one that it will be in.
Result<void> checkScratch(const std::filesystem::path& directory, Bytes need,
                          std::optional<Bytes> mostScratch = {});

} // namespace spillway
