#include "native/spill/process_memory.h"

#include "base/files.h"

#include <fcntl.h>

#include <array>
#include <charconv>
#include <string_view>

namespace spillway {
namespace {

/// The figure behind `name`, which /proc/self/status gives in KiB.
Bytes figure(std::string_view status, std::string_view name)
{
    const auto found = status.find(name);
    if (found == std::string_view::npos) return 0;
    const auto digits = status.find_first_of("0123456789", found + name.size());
    if (digits == std::string_view::npos) return 0;
    Bytes kibibytes = 0;
    std::from_chars(status.data() + digits, status.data() + status.size(), kibibytes);
    return kibibytes * 1024;
}

} // namespace

Bytes processMemory()
{
    const UniqueFd fd(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
    if (!fd) return 0;
    std::array<char, 4096> buffer;
    const auto count = readAt(fd.get(), buffer, 0);
    if (!count) return 0;
    const std::string_view status(buffer.data(), *count);
    return figure(status, "\nRssAnon:") + figure(status, "\nRssShmem:");
}

} // namespace spillway
