#include "host/scratch.h"

#include "host/process_sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace spillway {
namespace {

constexpr std::string_view prefix = "run-";
constexpr int directoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// Names in a directory, "." and ".." left out.
Result<std::vector<std::string>> entries(int directory)
{
    const int own = ::openat(directory, ".", directoryFlags);
    if (own < 0) return systemError("Cannot read a scratch directory", errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own), ::closedir);
    if (!stream) return systemError("Cannot read a scratch directory", errno);
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream.get()))
        if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0)
            names.emplace_back(entry->d_name);
    return names;
}

/// Opens a directory entry; nothing when it is no directory. A directory without permissions is
/// given them, so that its content can go.
Result<UniqueFd> openDirectory(int parent, const char* name)
{
    UniqueFd fd(::openat(parent, name, directoryFlags));
    if (!fd && errno == EACCES && ::fchmodat(parent, name, 0700, 0) == 0)
        fd = UniqueFd(::openat(parent, name, directoryFlags));
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
        // Renaming a directory writes its "..": it needs to be writable itself.
        ::fchmodat(directory, entry.c_str(), 0700, 0);
        if (::renameat(directory, entry.c_str(), top, up.c_str()) != 0)
            return systemError("Cannot remove a scratch directory", errno);
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

Result<UniqueFd> openRoot(const std::filesystem::path& root)
{
    UniqueFd fd(::open(root.c_str(), directoryFlags));
    if (!fd) return systemError("Cannot use " + root.string() + " for scratch files", errno);
    return fd;
}

/// Scratch directories below `root` that nobody has locked, each locked by us now.
std::vector<Scratch> lockStale(const std::filesystem::path& root)
{
    std::vector<Scratch> stale;
    const auto rootFd = openRoot(root);
    // A guard holds the root's lock between making its directory and locking it.
    if (!rootFd || ::flock(rootFd->get(), LOCK_EX | LOCK_NB) != 0) return stale;
    const auto names = entries(rootFd->get());
    if (!names) return stale;
    for (const auto& name : *names) {
        if (!name.starts_with(prefix) || name.size() != prefix.size() + 6) continue;
        UniqueFd fd(::openat(rootFd->get(), name.c_str(), directoryFlags));
        struct stat status {};
        if (!fd || ::fstat(fd.get(), &status) != 0 || status.st_uid != ::geteuid()) continue;
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0)
            stale.push_back({root / name, std::move(fd)});
    }
    return stale;
}

} // namespace

Result<Scratch> makeScratch(const std::filesystem::path& root)
{
    const auto rootFd = openRoot(root);
    if (!rootFd) return rootFd.error();
    ::flock(rootFd->get(), LOCK_SH);
    std::string path = (root / prefix).string() + "XXXXXX";
    if (!::mkdtemp(path.data()))
        return systemError("Cannot make a scratch directory in " + root.string(), errno);
    UniqueFd fd(::open(path.c_str(), directoryFlags));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return systemError("Cannot use the scratch directory " + path, errno);
    if (status.st_uid != ::geteuid() || (status.st_mode & 07777) != 0700)
        return systemError("The scratch directory " + path + " is not ours alone", EPERM);
    return Scratch{path, std::move(fd)};
}

Result<void> removeTree(const std::filesystem::path& directory)
{
    auto fd = openDirectory(AT_FDCWD, directory.c_str());
    if (!fd) return fd.error();
    if (!*fd) return systemError("Cannot remove " + directory.string(), ENOTDIR);
    if (auto emptied = emptyDirectory(fd->get()); !emptied) return emptied;
    if (::rmdir(directory.c_str()) != 0)
        return systemError("Cannot remove " + directory.string(), errno);
    return {};
}

int sweepStaleScratch(const std::filesystem::path& root)
{
    int removed = 0;
    for (const auto& scratch : lockStale(root)) {
        killMarked(scratch.path, {}, Seconds(2));
        if (removeTree(scratch.path)) ++removed;
    }
    return removed;
}

} // namespace spillway
