#pragma once

#include "base/progress.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace spillway {

/// All functions: Unsupported, after doing what is possible, when the system does not report a
/// file's residency, as for another user's file that this one may not write.
///
/// Share of the files' pages that are in the page cache (mincore), 0 … 1, weighted by size.
Result<double> residency(const std::vector<std::filesystem::path>& paths);

struct CacheOutcome {
    double resident = 0;       ///< after the attempt
    bool exceedsCache = false; ///< the files do not fit in the room for them and were evicted
};

/// Reads until at least 99 % is resident. Files that together are larger than `room` are evicted
/// instead, as evictCache() does: otherwise whatever was read last would be resident by chance.
Result<CacheOutcome> warmCache(const std::vector<std::filesystem::path>& paths, Bytes room,
                               std::stop_token stop, const ByteProgress& progress = {});

/// fsync and POSIX_FADV_DONTNEED until at most 1 % is resident; the outcome has the actual share.
Result<CacheOutcome> evictCache(const std::vector<std::filesystem::path>& paths,
                                std::stop_token stop);

} // namespace spillway
