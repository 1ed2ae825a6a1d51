#pragma once

#include "base/error.h"
#include "base/files.h"

#include <filesystem>

namespace spillway {

/// Held by the one program that measures into a session; others only follow it. A lock of the
/// system on a file in the state directory, named after the session's device and inode: it is gone
/// with the program, however that ends. Without a state directory that can be written nothing is
/// locked, and measuring goes on.
class MeasuringLock {
public:
    /// NotPermitted when it is held already, also by this program.
    static Result<MeasuringLock> take(const std::filesystem::path& session);
    /// Whether anybody holds it; never takes it.
    static bool isTaken(const std::filesystem::path& session);

    MeasuringLock(MeasuringLock&&) noexcept = default;
    MeasuringLock& operator=(MeasuringLock&&) noexcept = default;
    ~MeasuringLock();

private:
    MeasuringLock(UniqueFd fd, std::filesystem::path file)
        : fd_(std::move(fd)), file_(std::move(file))
    {
    }

    UniqueFd fd_;
    std::filesystem::path file_;
};

} // namespace spillway
