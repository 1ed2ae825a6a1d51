#pragma once

#include "measure/cost_throttle.h"
#include "measure/process_reading.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Private memory of the processes of a tree, no page twice.
///
/// A process that has exec'd shares no private page with others: its RssAnon (and its private huge
/// pages) is the truth. Processes forked without exec share pages until one of them writes, and
/// each one's RssAnon has them all. They are told by the random addresses of their program and
/// stack, which fork keeps and exec draws anew. For such a family the sum of Pss_Anon counts, of
/// which smaps_rollup costs about 12 ms a GiB.
///
/// Between two such readings a process has what it had then, plus what its RssAnon has grown by,
/// plus copies: a write to an inherited page leaves RssAnon as it was, but is a minor fault. Faults
/// that new pages, shared memory and file maps explain are taken off; of the rest the share counts
/// that turned out to be copies at the last reading (all of them at first). A process forked in
/// between starts at nothing. A family never has less than its largest member, nor more than all.
///
/// The next reading comes 200 times the last one's cost later, but at once when faults or an ended
/// member may have moved the sum by 1 % (at least 4 MB): for that 5 % of one core are spent at
/// most, and a quarter of a second besides. Where addresses are not told (another user's process)
/// or Pss is not, RssAnon is taken: an upper bound.
class PrivateMemory {
public:
    /// What each process adds, in the order given; their sum is the tree's. A process that shares
    /// the whole address space of its parent (vfork, before exec) adds nothing. `exact` asks for a
    /// reading of Pss whatever it costs.
    std::vector<Bytes> measure(const std::vector<ProcessReading>& processes, bool exact);
    /// Whether what was returned last rests on faults instead of a reading.
    bool estimated() const { return estimated_; }

private:
    struct Basis {
        std::uint64_t startTime = 0;
        Bytes anon = 0;     ///< what the process added when it was last known exactly
        Bytes resident = 0; ///< its private memory then, pages shared with its family included
        Bytes file = 0;     ///< its RssFile then
        Bytes shmem = 0;    ///< its RssShmem then
        std::uint64_t faults = 0;
    };
    /// What may have happened to a process since its basis.
    struct Change {
        Bytes grown = 0;   ///< by new pages
        Bytes faulted = 0; ///< bytes of its memory that all faults could have changed, at most
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
    Bytes left_ = 0;         ///< what members that have ended since the last reading had then
    bool estimated_ = false;
};

} // namespace spillway
