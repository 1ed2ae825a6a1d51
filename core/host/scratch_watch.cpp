#include "host/scratch_watch.h"

#include "base/disk_use.h"

namespace spillway {
namespace {

constexpr Seconds readInterval(0.5);

} // namespace

std::optional<Bytes> ScratchWatch::above(const std::filesystem::path& scratch, Seconds now)
{
    if (!most_ || scratch.empty() || now < next_) return std::nullopt;
    next_ = now + readInterval;
    const Bytes found = diskUse(scratch);
    return found > *most_ ? std::optional(found) : std::nullopt;
}

} // namespace spillway
