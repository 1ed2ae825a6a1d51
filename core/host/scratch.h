#pragma once

#include "base/files.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace spillway {

/// The fresh directory of one run. Its owner holds an advisory lock on it, which the kernel
/// releases when the owner dies: so an unlocked directory belonged to a dead run.
struct Scratch {
    std::filesystem::path path;
    UniqueFd lock;
};

/// Every process of a run carries this environment variable, with the scratch directory's path as
/// its value: it identifies a run's processes when their guard is gone.
inline constexpr const char* scratchVariable = "SPILLWAY_SCRATCH";

/// The directory below a scratch root (which may be any directory of the user's) that contains all
/// runs' directories: "root/.spillway-<uid>". It is ours if it belongs to this user alone, is on
/// the root's device and holds our marker file. Nothing outside it is ever removed.
std::filesystem::path scratchPlace(const std::filesystem::path& root);

/// Makes scratchPlace(root)/run-XXXXXX with mode 0700, locks it and marks it as ours: a file beside
/// it, run-XXXXXX.mark, says which directory (its inode) was made under that name. `root` must
/// be an existing directory and no symbolic link. NotPermitted when scratchPlace(root) exists but
/// is not ours.
Result<Scratch> makeScratch(const std::filesystem::path& root);

/// Removes a directory that makeScratch() created, and its mark. A missing one is not an error;
/// NotPermitted for a directory without its mark.
Result<void> removeScratch(const std::filesystem::path& scratch);

/// Removes what dead runs left in scratchPlace(root): for each marked, unlocked directory,
/// processes that still carry its path are killed and the directory is removed. Returns how many
/// were removed.
int sweepStaleScratch(const std::filesystem::path& root);

} // namespace spillway
