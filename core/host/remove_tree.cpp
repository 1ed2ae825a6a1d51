#include "host/remove_tree.h"

#include "base/directory_handle.h"
#include "base/files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace spillway {
namespace {

/// Opens a directory without following a link or crossing into what is mounted there (EXDEV).
UniqueFd openOnSameDevice(int parent, const char* name)
{
    open_how how{};
    how.flags = directoryFlags;
    how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
    UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how)));
    if (fd || (errno != ENOSYS && errno != EPERM)) return fd;
    // A container's filter does not know the call: then what bears another device number is told
    // apart, and a mount of the same device refuses to be renamed or removed.
    fd = UniqueFd(::openat(parent, name, directoryFlags));
    struct stat above {};
    struct stat below {};
    if (fd && ::fstat(parent, &above) == 0 && ::fstat(fd.get(), &below) == 0 &&
        above.st_dev != below.st_dev) {
        fd.reset();
        errno = EXDEV;
    }
    return fd;
}

/// Opens a directory entry; nothing when it is no directory. A directory without permissions is
/// given them, so that its content can go.
Result<UniqueFd> openDirectory(int parent, const char* name)
{
    UniqueFd fd = openOnSameDevice(parent, name);
    if (!fd && errno == EACCES && ::fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
        fd = openOnSameDevice(parent, name);
    if (fd) {
        ::fchmod(fd.get(), 0700);
        return fd;
    }
    if (errno == ENOTDIR || errno == ELOOP) return UniqueFd();
    return systemError("Cannot open a directory in scratch", errno);
}

/// Empties the directory `name` of `top` by moving its directories up into `top`, then removes it.
Result<void> flatten(int top, int directory, const std::string& name, std::size_t& moved)
{
    const auto names = entries(directory);
    if (!names) return names.error();
    for (const auto& entry : *names) {
        if (::unlinkat(directory, entry.c_str(), 0) == 0 || errno == ENOENT) continue;
        if (errno != EISDIR && errno != EPERM)
            return systemError("Cannot remove a scratch file", errno);
        const auto up = fmt::format(".spillway-removed-{}", moved++);
        const auto moveUp = [&] {
            return ::renameat(directory, entry.c_str(), top, up.c_str()) == 0;
        };
        // Renaming a directory writes its "..": it needs to be writable itself. A mount is EBUSY.
        const bool isUp =
            moveUp() ||
            (errno == EACCES &&
             ::fchmodat(directory, entry.c_str(), 0700, AT_SYMLINK_NOFOLLOW) == 0 && moveUp());
        if (!isUp) return systemError("Cannot remove a scratch directory", errno);
    }
    if (::unlinkat(top, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
        return systemError("Cannot remove a scratch directory", errno);
    return {};
}

Result<void> emptyDirectory(int top)
{
    std::size_t moved = 0;
    while (true) {
        const auto names = entries(top);
        if (!names) return names.error();
        if (names->empty()) return {};
        for (const auto& name : *names) {
            auto directory = openDirectory(top, name.c_str());
            if (!directory) return directory.error();
            if (*directory) {
                auto gone = flatten(top, directory->get(), name, moved);
                if (!gone) return gone;
            } else if (::unlinkat(top, name.c_str(), 0) != 0 && errno != ENOENT) {
                return systemError("Cannot remove a scratch file", errno);
            }
        }
    }
}

} // namespace

Result<std::vector<std::string>> entries(int directory)
{
    const int own = ::openat(directory, ".", directoryFlags);
    if (own < 0) return systemError("Cannot read a scratch directory", errno);
    const DirectoryHandle stream(::fdopendir(own));
    if (!stream) return systemError("Cannot read a scratch directory", errno);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream.get()))
        if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
            names.emplace_back(entry->d_name);
    return names;
}

Result<void> removeTree(const std::filesystem::path& directory)
{
    // The way to it may lead through links and mounts; it itself, and what is in it, may not.
    const auto parentPath = directoryOf(directory);
    const UniqueFd parent(::open(parentPath.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent) return systemError("Cannot remove " + directory.string(), errno);
    const auto name = directory.filename();
    auto fd = openDirectory(parent.get(), name.c_str());
    if (!fd) return fd.error();
    if (!*fd) return systemError("Cannot remove " + directory.string(), ENOTDIR);
    if (auto emptied = emptyDirectory(fd->get()); !emptied) return emptied;
    if (::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR) != 0)
        return systemError("Cannot remove " + directory.string(), errno);
    return {};
}

} // namespace spillway
