#include "base/files.h"

#include "base/partial_file.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace spillway {
namespace {

std::filesystem::path home()
{
    if (const char* variable = std::getenv("HOME"); variable && *variable) return variable;
    const passwd* user = getpwuid(getuid());
    return user && user->pw_dir ? user->pw_dir : "/";
}

/// The XDG base directory specification: a relative value is ignored.
std::filesystem::path xdg(const char* variable, const char* fallback)
{
    const char* value = std::getenv(variable);
    const std::filesystem::path base =
        value && *value == '/' ? std::filesystem::path(value) : home() / fallback;
    return base / "spillway";
}

} // namespace

void UniqueFd::reset()
{
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<UniqueFd> openRegularFile(const std::filesystem::path& path)
{
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) return systemError("Cannot open " + path.string(), errno);
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) return systemError("Cannot read " + path.string(), errno);
    if (!S_ISREG(status.st_mode))
        return invalidArgument(fmt::format("{} is not a regular file.", path.string()));
    return fd;
}

Result<std::string> readFile(const std::filesystem::path& path, Bytes limit)
{
    const auto fd = openRegularFile(path);
    if (!fd) return fd.error();
    struct stat status {};
    if (::fstat(fd->get(), &status) != 0) return systemError("Cannot read " + path.string(), errno);
    if (status.st_size > limit)
        return invalidArgument(
            fmt::format("{} is {} long, more than the {} expected of such a file.", path.string(),
                        formatBytes(status.st_size), formatBytes(limit)));
    std::string content;
    std::array<char, 65536> buffer;
    while (true) {
        auto count = readAt(fd->get(), buffer, static_cast<Bytes>(content.size()));
        if (!count) return count.error();
        content.append(buffer.data(), *count);
        if (*count < buffer.size() || static_cast<Bytes>(content.size()) > limit) return content;
    }
}

Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view content,
                                 mode_t mode)
{
    auto partial = PartialFile::beside(path, mode);
    if (!partial) return partial.error();
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) ::fchmod(partial->fd(), status.st_mode & 0777);
    if (auto written = writeAll(partial->fd(), content); !written) {
        auto error = written.error();
        error.message = "Cannot write " + path.string() + ": " + error.message;
        return error;
    }
    if (::fsync(partial->fd()) != 0 || ::rename(partial->path().c_str(), path.c_str()) != 0)
        return systemError("Cannot write " + path.string(), errno);
    partial->keep();
    return {};
}

std::filesystem::path directoryOf(const std::filesystem::path& path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

Result<std::size_t> readAt(int fd, std::span<char> buffer, Bytes offset)
{
    std::size_t done = 0;
    while (done < buffer.size()) {
        const auto count = ::pread(fd, buffer.data() + done, buffer.size() - done,
                                   offset + static_cast<Bytes>(done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return systemError("Reading failed", errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Result<void> writeAll(int fd, std::string_view data)
{
    while (!data.empty()) {
        const auto count = ::write(fd, data.data(), data.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return systemError("Writing failed", errno);
        data.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Result<Bytes> freeDiskSpace(const std::filesystem::path& path)
{
    struct statvfs facts {};
    if (::statvfs(path.c_str(), &facts) != 0)
        return systemError("Cannot query the free space of " + path.string(), errno);
    return static_cast<Bytes>(facts.f_bavail) * static_cast<Bytes>(facts.f_frsize);
}

std::filesystem::path stateDirectory()
{
    return xdg("XDG_STATE_HOME", ".local/state");
}

std::filesystem::path dataDirectory()
{
    return xdg("XDG_DATA_HOME", ".local/share");
}

std::filesystem::path cacheDirectory()
{
    return xdg("XDG_CACHE_HOME", ".cache");
}

} // namespace spillway
