#include "experiment/plan_check.h"

#include "base/utf8.h"
#include "measure/disk.h"
#include "measure/machine.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr auto elsewhere = "Choose another directory with --scratch.";

} // namespace

Result<void> checkScratch(const fs::path& directory, Bytes need, std::optional<Bytes> mostScratch)
{
    const fs::path there = nearestExisting(directory);
    std::error_code failed;
    if (!fs::is_directory(there, failed))
        return invalidArgument(fmt::format("{} is no directory.", there.string()), elsewhere);
    if (!isUtf8(directory.native()))
        return invalidArgument(fmt::format("The name of {} is not UTF-8, but engines get it as "
                                           "JSON.",
                                           directory.string()),
                               elsewhere);
    if (isMemoryFileSystem(there))
        return invalidArgument(fmt::format("{} is in memory: data spilled there would stay in "
                                           "memory.",
                                           directory.string()),
                               "Choose a directory on a disk with --scratch.");
    if (::access(there.c_str(), W_OK | X_OK) != 0)
        return makeError(ErrorCode::NotPermitted,
                         fmt::format("{} cannot be written to.", there.string()), elsewhere);
    const auto space = fs::space(there, failed);
    if (failed) return {};
    const auto room = static_cast<Bytes>(space.available);
    const Bytes most = mostScratch ? std::min(*mostScratch, need) : need;
    if (room >= std::max<Bytes>(most, 1'000'000)) return {};
    return makeError(ErrorCode::NoSpace,
                     fmt::format("{} has {} free; a run may spill {}.", directory.string(),
                                 formatBytes(room), formatBytes(most)),
                     "Choose another directory with --scratch, or raise --memory-limit, so that "
                     "less is spilled.");
}

} // namespace spillway
