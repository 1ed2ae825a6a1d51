#pragma once

#include "workloads/run_result.h"

#include <filesystem>

namespace spillway {

/// Writes the rows of `result` to the file in `scratch` that its kind names, a line each
/// (ResultForm). The file is new, ours alone (0600) and no link. NoSpace and Io as the system says.
Result<void> writeTable(const std::filesystem::path& scratch, const RunResult& result);

} // namespace spillway
