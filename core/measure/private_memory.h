#pragma once

#include "measure/cost_throttle.h"
#include "measure/process_reading.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Private memory of the processes of a tree, no page twice.
///
/// A process that has exec'd shares no private page with others: its RssAnon is the truth.
/// Processes forked without exec share pages until one of them writes, and each one's RssAnon has
/// them all. They are told by the random addresses of their program and stack, which fork keeps and
/// exec draws anew; for them Pss_Anon counts, of which smaps_rollup costs about 12 ms a GiB, so it
/// is read no sooner than 200 times the last reading's cost. In between a process has what it had
/// then, plus what its RssAnon has grown by since; one that was forked in between starts at
/// nothing. Where addresses are not told (another user's process) or Pss is not, RssAnon is taken:
/// an upper bound.
class PrivateMemory {
public:
    /// What each process adds, in the order given; their sum is the tree's. A process that shares
    /// the whole address space of its parent (vfork, before exec) adds nothing.
    std::vector<Bytes> measure(const std::vector<ProcessReading>& processes);

private:
    struct Basis {
        std::uint64_t startTime = 0;
        Bytes anon = 0;     ///< what the process added when it was last known exactly
        Bytes resident = 0; ///< its RssAnon then
    };
    using Indices = std::vector<std::size_t>;

    void measureFamily(const std::vector<ProcessReading>& processes, const Indices& members,
                       bool read, std::vector<Bytes>& result);
    Basis& basisOf(const ProcessReading& process, bool& known);
    void forgetGone(const std::vector<ProcessReading>& processes);

    std::unordered_map<pid_t, Basis> bases_;
    CostThrottle throttle_{200};
};

} // namespace spillway
