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
    /// When content or attributes last changed, since the epoch: what a program that writes and
    /// then sets the time of modification back cannot hide. Renaming changes it, too.
    std::int64_t changedNanoseconds = 0;

    bool operator==(const FileStamp&) const = default;
    /// False for a stamp that was never taken; such a stamp is not checked.
    bool taken() const { return inode != 0; }
};

/// DataUnreadable for a path that no engine could open as a file again and again: a name that is no
/// UTF-8 (it travels as JSON), a FIFO, socket, device or directory, and what leads through /dev or
/// /proc, as /dev/stdin, which is another file in every process. A missing file is no error here.
Result<void> checkDataPath(const std::filesystem::path& path);

/// The stamp of `path` now. DataUnreadable when it is missing, out of reach, or
/// refused by checkDataPath().
Result<FileStamp> stampOf(const std::filesystem::path& path);

/// DataUnreadable with what changed when `path` is no longer the file that `planned` describes: by
/// all but changedNanoseconds, which moves without any change of content.
Result<void> checkUnchanged(const std::filesystem::path& path, const FileStamp& planned);

/// The error for data that cannot be read, with what to do about it.
Error unreadable(std::string message, std::string remedy = {});

} // namespace spillway
