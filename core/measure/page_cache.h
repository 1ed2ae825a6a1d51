#pragma once

#include "base/progress.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace spillway {

/// All of them: Unsupported, after what could be done was done, when the system does not tell what
/// is resident of a file: another user's that this one may not write.
///
/// Share of the files' pages that are in the page cache (mincore), 0 … 1, weighted by size.
Result<double> residency(const std::vector<std::filesystem::path>& paths);

struct CacheOutcome {
    double resident = 0;       ///< after the attempt
    bool exceedsCache = false; ///< the files are larger than the room for them: they were evicted
};

/// Reads until at least 99 % is resident. Files that together are larger than `room` are evicted
/// instead, as evictCache() does: part of them would be resident by luck, from what was read last.
Result<CacheOutcome> warmCache(const std::vector<std::filesystem::path>& paths, Bytes room,
                               std::stop_token stop, const ByteProgress& progress = {});

/// fsync and POSIX_FADV_DONTNEED until at most 1 % is resident; the truth is in the outcome.
Result<CacheOutcome> evictCache(const std::vector<std::filesystem::path>& paths,
                                std::stop_token stop);

} // namespace spillway
