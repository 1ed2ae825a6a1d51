#pragma once

#include "base/error.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// A command that is not a run (creating an environment), under the same guard: when it is
/// cancelled, or this program is killed, every process that it started is killed.
struct GuardedCommand {
    std::filesystem::path guardProgram; ///< spillway-worker
    std::filesystem::path scratchRoot;  ///< on a disk; the command's working directory is below it
    std::vector<std::string> line;      ///< absolute program and arguments
};

/// Each line that the command writes to stdout or stderr, without its line break.
using LineHandler = std::function<void(std::string_view line)>;
/// Called about five times a second while the command runs.
using TickHandler = std::function<void()>;

/// Waits for its end. EngineFailed with the command's last output when it does not exit with 0,
/// Cancelled when stopped.
Result<void> run(const GuardedCommand& command, const LineHandler& onLine,
                 const TickHandler& onTick, std::stop_token stop);

} // namespace spillway
