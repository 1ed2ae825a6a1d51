#pragma once

#include "base/error.h"
#include "base/units.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

namespace spillway {

/// An open file descriptor that closes itself.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset();

private:
    int fd_ = -1;
};

/// Opens `path` for reading if it is a regular file (or a symbolic link to one): never waits for
/// the other end of a FIFO and never reads from a device. NotFound, NotPermitted, Io, or
/// InvalidArgument when it is something else.
Result<UniqueFd> openRegularFile(const std::filesystem::path& path);

/// The whole of `path`, by openRegularFile(). InvalidArgument also when the file is larger than
/// `limit`, which is checked before reading.
Result<std::string> readFile(const std::filesystem::path& path, Bytes limit = Bytes(64) << 20);

/// Replaces `path` so that a reader sees either the old content or the new, never a mix: a
/// temporary file beside it, fsync, rename. A file that exists keeps its mode; a new one has what
/// the umask leaves of `mode`.
Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view content,
                                 mode_t mode = 0666);

/// The directory that contains `path`: "." for a bare name.
std::filesystem::path directoryOf(const std::filesystem::path& path);

/// Reads `buffer.size()` bytes at `offset`, retrying short reads and EINTR. Returns how many were
/// read: fewer than asked only at the end of the file.
Result<std::size_t> readAt(int fd, std::span<char> buffer, Bytes offset);

/// Writes all of `data` at the descriptor's position, retrying short writes and EINTR.
Result<void> writeAll(int fd, std::string_view data);

/// Free space for an unprivileged user on the file system that holds `path`.
Result<Bytes> freeDiskSpace(const std::filesystem::path& path);

/// $XDG_STATE_HOME/spillway, or ~/.local/state/spillway.
std::filesystem::path stateDirectory();
/// $XDG_DATA_HOME/spillway, or ~/.local/share/spillway.
std::filesystem::path dataDirectory();
/// $XDG_CACHE_HOME/spillway, or ~/.cache/spillway.
std::filesystem::path cacheDirectory();

} // namespace spillway
