#pragma once

#include "base/units.h"

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace spillway {

/// Detects whether a process of the run disappears at an out-of-memory kill. An engine's driver
/// seldom says why it lost a worker, and only the worker's parent learns how it ended.
class OomWatch {
public:
    OomWatch();

    /// `living` are the run's processes at `now`, in any order. Queries the kernel when one of them
    /// is gone, and twice a second: a tenth of a millisecond each.
    void look(std::vector<pid_t> living, Seconds now);

    /// Whether the kernel has OOM-killed anything since the start; queries it.
    bool killed();
    /// A process was gone within five seconds of a kill: freeing gigabytes takes time.
    bool lostOne() const { return lostOne_; }

private:
    void count(Seconds now);

    std::int64_t before_;
    std::int64_t kills_;
    Seconds killedAt_{-1e9};
    Seconds next_{};
    std::vector<pid_t> living_; ///< sorted
    bool lostOne_ = false;
};

} // namespace spillway
