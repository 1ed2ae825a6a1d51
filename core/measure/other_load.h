#pragma once

#include "base/units.h"

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// Processor time that programs other than this one and its children use.
struct OtherLoad {
    double cores = 0;               ///< on average, of all cores of the machine
    std::vector<std::string> names; ///< of the busiest that can be seen, at most three
};

/// The processor time that was used up to a moment.
struct ProcessorUse {
    struct Process {
        double seconds = 0;
        double endedChildren = 0; ///< seconds of children that were waited for, and of theirs
        pid_t parent = 0;
        std::string name; ///< as the kernel has it: at most 15 letters
    };
    Seconds at{};
    double busy = 0; ///< seconds, all cores, ended processes too
    /// By pid and start: a pid is used again.
    std::map<std::pair<pid_t, std::uint64_t>, Process> processes;
};
/// From /proc/stat and /proc/<pid>/stat.
ProcessorUse processorUse();
/// Between two moments, without `self` and what descends from it, also what of that has ended.
/// Names of processes that have ended are not known; their time counts all the same.
OtherLoad otherLoad(const ProcessorUse& before, const ProcessorUse& after, pid_t self);

/// Watches it from one look to the next.
class OtherLoadWatch {
public:
    /// Since the last look; nothing at the first, or sooner than a fifth of a second after it.
    std::optional<OtherLoad> look();

private:
    std::optional<ProcessorUse> before_;
};

} // namespace spillway
