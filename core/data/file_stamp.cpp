#include "data/file_stamp.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace spillway {

Error unreadable(std::string message, std::string remedy)
{
    return makeError(ErrorCode::DataUnreadable, std::move(message), std::move(remedy));
}

namespace {

std::string kindOf(mode_t mode)
{
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a FIFO";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

/// Whether a path, or a link that it is, lies below /dev or /proc (shared memory is plain files).
bool leadsToDescriptors(std::filesystem::path path)
{
    constexpr int mostLinks = 40; // the kernel's own limit
    for (int i = 0; i < mostLinks; ++i) {
        const auto text = path.lexically_normal().string();
        if (text.starts_with("/proc/")) return true;
        if (text.starts_with("/dev/") && !text.starts_with("/dev/shm/")) return true;
        std::error_code noLink;
        const auto target = std::filesystem::read_symlink(path, noLink);
        if (noLink) return false;
        path = path.parent_path() / target;
    }
    return false;
}

} // namespace

Result<void> checkDataPath(const std::filesystem::path& path)
{
    if (!isUtf8(path.native()))
        return unreadable(fmt::format("The name of the file {} is not UTF-8.", path.string()),
                          "Rename it.");
    if (leadsToDescriptors(path))
        return unreadable(
            fmt::format("{} is not the same file in every process.", path.string()),
            "Write the data to a file: every run reads them again, in its own process.");
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return {};
    return unreadable(fmt::format("{} is {}, not a file.", path.string(), kindOf(status.st_mode)),
                      "Write the data to a file: every run reads them again from the beginning.");
}

Result<FileStamp> stampOf(const std::filesystem::path& path)
{
    if (auto checked = checkDataPath(path); !checked) return checked.error();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return unreadable(fmt::format("Cannot read {}: {}.", path.string(), std::strerror(errno)));
    return FileStamp{
        .size = status.st_size,
        .device = status.st_dev,
        .inode = status.st_ino,
        .modifiedNanoseconds = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
        .changedNanoseconds = status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec};
}

Result<void> checkUnchanged(const std::filesystem::path& path, const FileStamp& planned)
{
    auto now = stampOf(path);
    if (!now) return now.error();
    now->changedNanoseconds = planned.changedNanoseconds;
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
