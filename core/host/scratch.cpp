#include "host/scratch.h"

#include "base/directory_handle.h"
#include "host/process_sweep.h"
#include "host/remove_tree.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <optional>
#include <random>
#include <vector>

namespace spillway {
namespace {

constexpr std::string_view prefix = "run-";
constexpr std::string_view markEnding = ".mark";
constexpr const char* placeMark = "made-by-spillway";
constexpr std::string_view placeText =
    "Spillway keeps the scratch directories of its runs here and removes them.\n";

/// scratchPlace() of a root, known to be ours.
struct Place {
    std::filesystem::path path;
    UniqueFd fd;
    dev_t device = 0;
};

Error notOurs(const std::filesystem::path& path)
{
    return makeError(ErrorCode::NotPermitted,
                     fmt::format("{} was not made by Spillway for this user.", path.string()),
                     "Choose another scratch directory, or give that one another name.");
}

bool lock(int fd, int how)
{
    while (::flock(fd, how) != 0)
        if (errno != EINTR) return false;
    return true;
}

/// What a file of ours says; nothing when it is not there, no plain file, or not ours alone.
std::optional<std::string> readMark(int directory, const std::string& name, dev_t device)
{
    const UniqueFd fd(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid != ::geteuid() || status.st_dev != device || status.st_nlink != 1)
        return std::nullopt;
    std::array<char, 128> buffer;
    const auto count = readAt(fd.get(), buffer, 0);
    if (!count) return std::nullopt;
    return std::string(buffer.data(), *count);
}

UniqueFd createMark(int directory, const std::string& name)
{
    return UniqueFd(::openat(directory, name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
}

Result<UniqueFd> openRoot(const std::filesystem::path& root)
{
    UniqueFd fd(::open(root.c_str(), directoryFlags));
    if (!fd) return systemError("Cannot use " + root.string() + " for scratch files", errno);
    return fd;
}

/// Puts our mark into a directory that is still empty: made just now, by us or by somebody who died
/// before he could.
Result<void> claim(const Place& place)
{
    if (readMark(place.fd.get(), placeMark, place.device) == placeText) return {};
    if (!lock(place.fd.get(), LOCK_EX))
        return systemError("Cannot lock " + place.path.string(), errno);
    Result<void> claimed;
    if (readMark(place.fd.get(), placeMark, place.device) != placeText) {
        const auto names = entries(place.fd.get());
        UniqueFd mark;
        if (!names || !names->empty())
            claimed = notOurs(place.path);
        else if (mark = createMark(place.fd.get(), placeMark); !mark)
            claimed = systemError("Cannot write to " + place.path.string(), errno);
        else
            claimed = writeAll(mark.get(), placeText);
    }
    lock(place.fd.get(), LOCK_UN);
    return claimed;
}

/// Opens the place as one that is ours in every respect but its mark.
Result<Place> openPlace(const std::filesystem::path& root, bool make)
{
    const auto rootFd = openRoot(root);
    if (!rootFd) return rootFd.error();
    Place place{.path = scratchPlace(root), .fd = {}, .device = 0};
    const auto name = place.path.filename();
    if (make && ::mkdirat(rootFd->get(), name.c_str(), 0700) != 0 && errno != EEXIST)
        return systemError("Cannot create " + place.path.string(), errno);
    place.fd = UniqueFd(::openat(rootFd->get(), name.c_str(), directoryFlags));
    if (!place.fd && (errno == ENOTDIR || errno == ELOOP)) return notOurs(place.path);
    if (!place.fd) return systemError("Cannot use " + place.path.string(), errno);
    struct stat above {};
    struct stat status {};
    if (::fstat(rootFd->get(), &above) != 0 || ::fstat(place.fd.get(), &status) != 0)
        return systemError("Cannot use " + place.path.string(), errno);
    if (status.st_uid != ::geteuid() || (status.st_mode & 0777) != 0700 ||
        status.st_dev != above.st_dev)
        return notOurs(place.path);
    place.device = status.st_dev;
    return place;
}

/// The inode alone: device numbers may change when the machine starts again, and all of a place is
/// on one device.
std::string markOf(const struct stat& directory)
{
    return fmt::format("{}\n", directory.st_ino);
}

std::string randomName()
{
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::random_device random;
    std::string name(prefix);
    for (int i = 0; i < 6; ++i)
        name += letters[random() % letters.size()];
    return name;
}

/// A new directory with its mark. The mark comes first: so whatever has none is not ours.
Result<std::string> makeMarked(const Place& place)
{
    const auto failed = [&] {
        return systemError("Cannot create a scratch directory in " + place.path.string(), errno);
    };
    for (;;) {
        const auto name = randomName();
        const auto markName = name + std::string(markEnding);
        const UniqueFd mark = createMark(place.fd.get(), markName);
        if (!mark && errno == EEXIST) continue;
        if (!mark) return failed();
        struct stat status {};
        if (::mkdirat(place.fd.get(), name.c_str(), 0700) == 0 &&
            ::fstatat(place.fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
            if (auto marked = writeAll(mark.get(), markOf(status)); !marked) return marked.error();
            return name;
        }
        const auto error = failed();
        const bool taken = errno == EEXIST;
        ::unlinkat(place.fd.get(), markName.c_str(), 0);
        if (!taken) return error;
    }
}

/// Whether the directory `name` is the one that its mark was written for.
bool marked(const Place& place, const std::string& name)
{
    struct stat status {};
    return ::fstatat(place.fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
           status.st_dev == place.device &&
           readMark(place.fd.get(), name + std::string(markEnding), place.device) == markOf(status);
}

/// A mark without a directory, or of one that was just made when its maker died, goes at once.
void clearUnfinished(const Place& place, const std::string& name)
{
    const auto markName = name + std::string(markEnding);
    const auto mark = readMark(place.fd.get(), markName, place.device);
    if (!mark) return;
    struct stat status {};
    const bool there = ::fstatat(place.fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    const bool emptied =
        there && mark->empty() && ::unlinkat(place.fd.get(), name.c_str(), AT_REMOVEDIR) == 0;
    if (!there || emptied) ::unlinkat(place.fd.get(), markName.c_str(), 0);
}

/// Marked directories that nobody has locked, each locked by us now.
std::vector<Scratch> lockStale(const std::filesystem::path& root)
{
    std::vector<Scratch> stale;
    const auto place = openPlace(root, false);
    // A guard holds the place's lock between making its directory and locking it.
    if (!place || readMark(place->fd.get(), placeMark, place->device) != placeText ||
        !lock(place->fd.get(), LOCK_EX | LOCK_NB))
        return stale;
    const auto names = entries(place->fd.get());
    if (!names) return stale;
    for (const auto& markName : *names) {
        if (!markName.starts_with(prefix) || !markName.ends_with(markEnding)) continue;
        const auto name = markName.substr(0, markName.size() - markEnding.size());
        UniqueFd fd(::openat(place->fd.get(), name.c_str(), directoryFlags));
        if (!fd || !marked(*place, name))
            clearUnfinished(*place, name);
        else if (lock(fd.get(), LOCK_EX | LOCK_NB))
            stale.push_back({place->path / name, std::move(fd)});
    }
    return stale;
}

} // namespace

std::filesystem::path scratchPlace(const std::filesystem::path& root)
{
    return root / fmt::format(".spillway-{}", ::geteuid());
}

Result<Scratch> makeScratch(const std::filesystem::path& root)
{
    const auto place = openPlace(root, true);
    if (!place) return place.error();
    if (auto claimed = claim(*place); !claimed) return claimed.error();
    // Shared by makers, kept until the new directory is locked: a sweep asks for it alone.
    if (!lock(place->fd.get(), LOCK_SH))
        return systemError("Cannot lock " + place->path.string(), errno);
    const auto name = makeMarked(*place);
    if (!name) return name.error();
    const auto path = place->path / *name;
    UniqueFd fd(::openat(place->fd.get(), name->c_str(), directoryFlags));
    if (!fd || !lock(fd.get(), LOCK_EX | LOCK_NB))
        return systemError("Cannot use the scratch directory " + path.string(), errno);
    return Scratch{path, std::move(fd)};
}

Result<void> removeScratch(const std::filesystem::path& scratch)
{
    const auto place = openPlace(scratch.parent_path().parent_path(), false);
    if (!place) return place.error();
    const auto name = scratch.filename().string();
    const bool gone = ::faccessat(place->fd.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
                      errno == ENOENT;
    if (!gone && !marked(*place, name)) return notOurs(scratch);
    if (!gone)
        if (auto removed = removeTree(scratch); !removed) return removed;
    ::unlinkat(place->fd.get(), (name + std::string(markEnding)).c_str(), 0);
    return {};
}

int sweepStaleScratch(const std::filesystem::path& root)
{
    int removed = 0;
    for (const auto& scratch : lockStale(root)) {
        killMarked(scratch.path, {}, Seconds(2));
        if (removeScratch(scratch.path)) ++removed;
    }
    return removed;
}

} // namespace spillway
