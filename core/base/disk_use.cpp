#include "base/disk_use.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace spillway {
namespace {

/// What st_blocks counts in, whatever the file system's own block size (stat(2)).
constexpr Bytes blockBytes = 512;

namespace fs = std::filesystem;

Bytes sum(const fs::path& directory, bool shared)
{
    Bytes bytes = 0;
    std::error_code failed;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(directory, options, failed), end; !failed && it != end;
         it.increment(failed)) {
        struct stat facts {};
        if (::lstat(it->path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
        const nlink_t links = shared ? std::max<nlink_t>(facts.st_nlink, 1) : 1;
        bytes += static_cast<Bytes>(facts.st_blocks) * blockBytes / static_cast<Bytes>(links);
    }
    return bytes;
}

} // namespace

Bytes diskUse(const fs::path& directory)
{
    return sum(directory, true);
}

Bytes fullSize(const fs::path& directory)
{
    return sum(directory, false);
}

} // namespace spillway
