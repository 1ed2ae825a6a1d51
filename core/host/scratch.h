#pragma once

#include "base/files.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace spillway {

/// The fresh directory of one run. Whoever holds it holds an advisory lock on it, which the kernel
/// takes back when the holder dies: so a directory that nobody has locked belonged to a dead run.
struct Scratch {
    std::filesystem::path path;
    UniqueFd lock;
};

/// Every process of a run carries this environment variable, with the scratch directory's path as
/// its value: what tells a run's processes from all others when their guard is gone.
inline constexpr const char* scratchVariable = "SPILLWAY_SCRATCH";

/// Makes root/run-XXXXXX with mode 0700 and locks it. `root` must be an existing directory and no
/// symbolic link.
Result<Scratch> makeScratch(const std::filesystem::path& root);

/// Removes a directory and everything in it, however deep, with two descriptors and no recursion.
/// Symbolic links are removed, never followed; directories without permissions get them first.
Result<void> removeTree(const std::filesystem::path& directory);

/// Removes what dead runs left below `root`: for each scratch directory that nobody has locked, the
/// processes that still carry its path are killed and the directory goes. Returns how many went.
/// Directories that are no run's are never touched.
int sweepStaleScratch(const std::filesystem::path& root);

} // namespace spillway
