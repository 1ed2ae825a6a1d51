#include "host/scratch_watch.h"

#include <sys/stat.h>

namespace spillway {
namespace {

constexpr Seconds interval(0.5);
/// What st_blocks counts in, whatever the file system's own block size (stat(2)).
constexpr Bytes blockBytes = 512;

} // namespace

Bytes bytesOnDisk(const std::filesystem::path& directory)
{
    namespace fs = std::filesystem;
    Bytes total = 0;
    std::error_code reason;
    fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied,
                                        reason);
    for (; !reason && at != fs::recursive_directory_iterator(); at.increment(reason)) {
        struct stat status {};
        if (::lstat(at->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
            total += static_cast<Bytes>(status.st_blocks) * blockBytes;
    }
    return total;
}

std::optional<Bytes> ScratchWatch::above(const std::filesystem::path& scratch, Seconds now)
{
    if (!most_ || scratch.empty() || now < next_) return std::nullopt;
    next_ = now + interval;
    const Bytes found = bytesOnDisk(scratch);
    return found > *most_ ? std::optional(found) : std::nullopt;
}

} // namespace spillway
