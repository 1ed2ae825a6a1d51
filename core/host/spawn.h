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
    UniqueFd lifeline; ///< closed when the host closes it or dies, which tells the guard
};

/// Starts `guardProgram guard LIFELINE CONTROL -- commandLine…` in its own session, with default
/// signals and the variables that reach engines. Uses posix_spawn, so that the host's memory and
/// threads do not matter.
Result<SpawnedGuard> spawnGuard(const std::filesystem::path& guardProgram,
                                const std::vector<std::string>& commandLine);

/// The host's ends of a program of its own that is no part of a run.
struct SpawnedHelper {
    pid_t pid = 0;
    UniqueFd input;  ///< writes to its stdin, non-blocking
    UniqueFd output; ///< reads its stdout, non-blocking
};

/// Starts `program argument` as spawnGuard() does; what it writes to stderr is dropped.
Result<SpawnedHelper> spawnHelper(const std::filesystem::path& program,
                                  const std::string& argument);

/// What a short-lived command prints to stdout, at most 64 KiB; empty when it cannot be started.
/// Waits for its end.
std::string outputOf(std::vector<std::string> commandLine);

} // namespace spillway
