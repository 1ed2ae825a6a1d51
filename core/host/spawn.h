#pragma once

#include "base/files.h"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// The host's ends of a guard that has just been started. All close on exec.
struct SpawnedGuard {
    pid_t guard = 0;
    UniqueFd input;    ///< writes to the child's stdin, non-blocking
    UniqueFd output;   ///< reads the child's stdout, non-blocking
    UniqueFd errors;   ///< reads the child's stderr, non-blocking
    UniqueFd control;  ///< stream socket to the guard
    UniqueFd lifeline; ///< closing it, or dying, tells the guard that the host is gone
};

/// Starts `guardProgram guard LIFELINE CONTROL -- commandLine…` in a session of its own, with
/// default signals and the variables that reach engines. By posix_spawn, so that the memory and the
/// threads of the host do not matter.
Result<SpawnedGuard> spawnGuard(const std::filesystem::path& guardProgram,
                                const std::vector<std::string>& commandLine);

/// What a short question to a program prints to stdout, at most 64 KiB; empty when it cannot be
/// started. Waits for its end.
std::string outputOf(std::vector<std::string> commandLine);

} // namespace spillway
