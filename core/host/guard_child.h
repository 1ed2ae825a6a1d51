#pragma once

#include "base/error.h"

#include <sys/types.h>

#include <filesystem>

namespace spillway {

/// Starts the guarded program from the single-threaded guard: in its own process group, in the
/// scratch directory, with default signals, oom_score_adj 1000, no descriptor above 2, killed when
/// the guard dies. NotFound, NotPermitted … when the program cannot be executed.
Result<pid_t> startGuardedChild(char** command, const std::filesystem::path& scratch);

} // namespace spillway
