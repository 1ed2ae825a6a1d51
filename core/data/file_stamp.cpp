#include "data/file_stamp.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace spillway {

Error unreadable(std::string message, std::string remedy)
{
    return {.code = ErrorCode::DataUnreadable,
            .message = std::move(message),
            .phase = {},
            .remedy = std::move(remedy)};
}

Result<FileStamp> stampOf(const std::filesystem::path& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return unreadable(fmt::format("Cannot read {}: {}.", path.string(), std::strerror(errno)));
    if (!S_ISREG(status.st_mode))
        return unreadable(fmt::format("{} is not a regular file.", path.string()));
    return FileStamp{.size = status.st_size,
                     .device = status.st_dev,
                     .inode = status.st_ino,
                     .modifiedNanoseconds =
                         status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Result<void> checkUnchanged(const std::filesystem::path& path, const FileStamp& planned)
{
    const auto now = stampOf(path);
    if (!now) return now.error();
    if (!planned.taken() || *now == planned) return {};
    const bool replaced = now->inode != planned.inode || now->device != planned.device;
    std::string change = "its content was modified";
    if (replaced)
        change = "another file took its place";
    else if (now->size != planned.size)
        change = fmt::format("it had {} bytes and has {} now", planned.size, now->size);
    return unreadable(fmt::format("{} changed while it was being read: {}.", path.string(), change),
                      "Run again when nothing writes to it.");
}

} // namespace spillway
