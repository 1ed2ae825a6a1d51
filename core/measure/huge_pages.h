#pragma once

#include "measure/cost_throttle.h"
#include "measure/process_reading.h"

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Huge pages of the reserved pool (MAP_HUGETLB) that processes map privately. They are in neither
/// Rss nor Pss: the kernel reports only their sum with those of shared mappings (HugetlbPages),
/// which are files and counted by SharedMemory. So the shared part is subtracted: zero if no shared
/// mapping can have such pages, otherwise from smaps, read at most every 200 times its cost.
class HugePages {
public:
    /// Fills in `privateHuge` of each.
    void measure(std::vector<ProcessReading>& processes);

private:
    struct Entry {
        std::uint64_t startTime = 0;
        Bytes all = -1; ///< HugetlbPages at the last reading
        Bytes shared = 0;
    };

    Bytes sharedPart(pid_t pid);

    std::unordered_map<pid_t, Entry> entries_;
    CostThrottle throttle_{200};
};

} // namespace spillway
