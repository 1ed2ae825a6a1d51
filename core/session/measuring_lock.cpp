#include "session/measuring_lock.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spillway {
namespace {

namespace fs = std::filesystem;

/// Empty when there is no such session.
fs::path lockFileOf(const fs::path& session)
{
    struct stat found {};
    if (::stat(session.c_str(), &found) != 0) return {};
    return stateDirectory() / "measuring" / fmt::format("{}-{}.lock", found.st_dev, found.st_ino);
}

/// Of an open file description, so that it also keeps out other threads of this program.
struct flock wholeFile()
{
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Whether `fd` is the file that has this name now: its holder removes it when it ends.
bool isStill(int fd, const fs::path& file)
{
    struct stat opened {};
    struct stat named {};
    return ::fstat(fd, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

} // namespace

Result<MeasuringLock> MeasuringLock::take(const fs::path& session)
{
    const fs::path file = lockFileOf(session);
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    while (true) {
        UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd) return MeasuringLock({}, {});
        auto lock = wholeFile();
        if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
            if (errno != EAGAIN && errno != EACCES) return MeasuringLock({}, {}); // no such locks
            return makeError(
                ErrorCode::NotPermitted,
                fmt::format("Another window or terminal is measuring into {}.", session.string()),
                "Wait until it has ended, or measure into another session.");
        }
        if (isStill(fd.get(), file)) return MeasuringLock(std::move(fd), file);
    }
}

bool MeasuringLock::isTaken(const fs::path& session)
{
    const UniqueFd fd(::open(lockFileOf(session).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) return false;
    auto lock = wholeFile();
    return ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

MeasuringLock::~MeasuringLock()
{
    if (fd_) ::unlink(file_.c_str()); // while it is held: see isStill()
}

} // namespace spillway
