#pragma once

#include "base/units.h"

#include <cstdint>
#include <filesystem>

namespace spillway {

/// Identifies a file as the one that was planned: a dataset that is truncated, grown or replaced
/// during a run must be detected, not half read.
struct FileStamp {
    Bytes size = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t modifiedNanoseconds = 0; ///< since the epoch
    /// When content or attributes last changed, since the epoch: a program that writes and then
    /// resets the modification time cannot hide it. Renaming changes it, too.
    std::int64_t changedNanoseconds = 0;

    bool operator==(const FileStamp&) const = default;
    /// False for a stamp that was never taken; such a stamp is not checked.
    bool taken() const { return inode != 0; }
};

/// DataUnreadable for a path that engines cannot open repeatedly as a file: a name that is not
/// UTF-8 (it is passed as JSON), a FIFO, socket, device or directory, and anything that leads
/// through /dev or /proc, such as /dev/stdin, which is a different file in every process. A missing
/// file is not an error here.
Result<void> checkDataPath(const std::filesystem::path& path);

/// The stamp of `path` now. DataUnreadable when it is missing, inaccessible, or rejected by
/// checkDataPath().
Result<FileStamp> stampOf(const std::filesystem::path& path);

/// DataUnreadable with what changed when `path` is no longer the file that `planned` describes:
/// compares everything except changedNanoseconds, which can change without a change of content.
Result<void> checkUnchanged(const std::filesystem::path& path, const FileStamp& planned);

/// The error for data that cannot be read, with what to do about it.
Error unreadable(std::string message, std::string remedy = {});

} // namespace spillway
