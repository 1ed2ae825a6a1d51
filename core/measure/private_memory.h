#pragma once

#include "measure/cost_throttle.h"
#include "measure/process_reading.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Private memory of a process tree, each page counted once.
///
/// A process that has exec'd shares no private page with others: its RssAnon (and its private huge
/// pages) is exact. Processes forked without exec share pages until one of them writes, and each
/// one's RssAnon has them all. Such families are recognised by the random addresses of their
/// program and stack, which fork keeps and exec randomises again. For them the sum of Pss_Anon
/// counts; reading it from smaps_rollup costs about 12 ms per GiB.
///
/// Between two such readings a process counts with its last value, plus the growth of its RssAnon,
/// plus copies: a write to an inherited page leaves RssAnon as it was, but is a minor fault. Faults
/// explained by new pages, shared memory and file maps are subtracted; of the rest, the share
/// counts that turned out to be copies at the last reading (all of them at first). A process forked
/// in between starts at zero. A family never counts less than its largest member, nor more than all
/// members together.
///
/// The next reading comes 200 times the last one's cost later, but at once when faults or an ended
/// member may have changed the sum by 1 % (at least 4 MB): that may take at most 5 % of one core,
/// plus a quarter of a second. Where addresses or Pss are unavailable (another user's process),
/// RssAnon is used: an upper bound.
class PrivateMemory {
public:
    /// The contribution of each process, in the order given; their sum is the tree's. A process
    /// that shares the whole address space of its parent (vfork, before exec) adds nothing. `exact`
    /// forces a reading of Pss whatever it costs.
    std::vector<Bytes> measure(const std::vector<ProcessReading>& processes, bool exact);
    /// Whether the last result was estimated from faults instead of read.
    bool estimated() const { return estimated_; }

private:
    struct Basis {
        std::uint64_t startTime = 0;
        Bytes anon = 0;     ///< the process's contribution when last known exactly
        Bytes resident = 0; ///< its private memory then, pages shared with its family included
        Bytes file = 0;     ///< its RssFile then
        Bytes shmem = 0;    ///< its RssShmem then
        std::uint64_t faults = 0;
    };
    /// What may have changed in a process since its last exact reading.
    struct Change {
        Bytes grown = 0;   ///< by new pages
        Bytes faulted = 0; ///< upper bound of the bytes that its faults could have changed
        Bytes copied = 0;  ///< bytes that faults without another explanation could have copied
    };
    using Indices = std::vector<std::size_t>;

    static Basis basisAt(const ProcessReading& process, Bytes anon);
    Change changeOf(const ProcessReading& process) const;
    void meet(const std::vector<ProcessReading>& processes, const Indices& members);
    bool readingDue(const std::vector<ProcessReading>& processes,
                    const std::vector<Indices>& families) const;
    void read(const std::vector<ProcessReading>& processes, const std::vector<Indices>& families);
    void estimate(const std::vector<ProcessReading>& processes, const Indices& members,
                  std::vector<Bytes>& result) const;
    void forgetGone(const std::vector<ProcessReading>& processes);

    std::unordered_map<pid_t, Basis> bases_;
    CostThrottle throttle_{200};
    CostBudget urgent_{0.05, Seconds(0.25)};
    double copiedShare_ = 1; ///< of the faults that nothing else explains, by the last reading
    Bytes left_ = 0;         ///< contribution of members that have ended since the last reading
    bool estimated_ = false;
};

} // namespace spillway
