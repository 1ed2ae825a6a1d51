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

/// The directory below a scratch root, which may be a directory of the user's, in which all
/// directories of runs lie: "root/.spillway-<uid>". It is ours if it belongs to this user alone, is
/// on the root's device and holds our mark, a file. Nothing outside it is ever removed.
std::filesystem::path scratchPlace(const std::filesystem::path& root);

/// Makes scratchPlace(root)/run-XXXXXX with mode 0700, locks it and marks it as ours: a file beside
/// it, run-XXXXXX.mark, says which directory (its inode) was made under that name. `root` must
/// be an existing directory and no symbolic link. NotPermitted when somebody else made what stands
/// at scratchPlace(root).
Result<Scratch> makeScratch(const std::filesystem::path& root);

/// Removes a directory that makeScratch() made, and its mark. One that is gone is no error;
/// NotPermitted for a directory that lacks its mark.
Result<void> removeScratch(const std::filesystem::path& scratch);

/// Removes what dead runs left in scratchPlace(root): for each marked directory that nobody has
/// locked, the processes that still carry its path are killed and the directory goes. Returns how
/// many went.
int sweepStaleScratch(const std::filesystem::path& root);

} // namespace spillway
