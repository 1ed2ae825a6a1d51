#pragma once

#include "base/units.h"

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace spillway {

/// Looks whether a process of the run goes when the kernel kills for memory. An engine's driver
/// seldom tells why it lost a worker, and nobody but the worker's parent learns how it ended.
class OomWatch {
public:
    OomWatch();

    /// `living` are the run's processes at `now`, in any order. Asks the kernel when one of them is
    /// gone, and twice a second: a tenth of a millisecond each.
    void look(std::vector<pid_t> living, Seconds now);

    /// The kernel has killed something since the beginning; asks it.
    bool killed();
    /// A process was gone at most five seconds after a kill: freeing gigabytes takes its time.
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
