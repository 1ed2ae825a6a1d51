#pragma once

#include "base/units.h"

#include <cstdint>
#include <filesystem>

namespace spillway {

/// What tells that a file is still the one that was planned: a dataset that is truncated, grown or
/// replaced during a run must be noticed, not half read.
struct FileStamp {
    Bytes size = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t modifiedNanoseconds = 0; ///< since the epoch

    bool operator==(const FileStamp&) const = default;
    /// False for a stamp that was never taken; such a stamp is not checked.
    bool taken() const { return inode != 0; }
};

/// The stamp of `path` now. DataUnreadable when it is missing, no regular file, or out of reach.
Result<FileStamp> stampOf(const std::filesystem::path& path);

/// DataUnreadable with what changed when `path` is no longer the file that `planned` describes.
Result<void> checkUnchanged(const std::filesystem::path& path, const FileStamp& planned);

/// The error for data that cannot be read, with what to do about it.
Error unreadable(std::string message, std::string remedy = {});

} // namespace spillway
