#include "base/disk_use.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace spillway {
namespace {

/// What st_blocks counts in, whatever the file system's own block size (stat(2)).
constexpr Bytes blockBytes = 512;

} // namespace

Bytes diskUse(const std::filesystem::path& directory)
{
    namespace fs = std::filesystem;
    Bytes bytes = 0;
    std::error_code failed;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(directory, options, failed), end; !failed && it != end;
         it.increment(failed)) {
        struct stat facts {};
        if (::lstat(it->path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
        bytes += static_cast<Bytes>(facts.st_blocks) * blockBytes /
                 static_cast<Bytes>(std::max<nlink_t>(facts.st_nlink, 1));
    }
    return bytes;
}

} // namespace spillway
