#pragma once

#include "measure/process_reading.h"

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace spillway {

/// Resources that processes have used so far.
struct Usage {
    double userSeconds = 0;
    double systemSeconds = 0;
    Bytes diskRead = 0;
    Bytes diskWritten = 0;
    std::int64_t contextSwitches = 0;
    Bytes highWater = 0; ///< Σ VmHWM

    void add(const Usage& other);
};

/// Resources that a process tree has used so far, every second and every byte counted once.
///
/// The kernel adds the CPU time and the storage traffic of a process to its parent's figures when
/// the parent waits for it (/proc/<pid>/io, and the times of children in /proc/<pid>/stat), all the
/// way up to the root. So the sum over the living, each with its reaped children, and over the
/// children of the root is complete: it includes ended processes, even those that no sample ever
/// saw. Only processes that nobody waits for (SIGCHLD ignored) are lost, and are kept as last seen.
/// Minor faults, which every process has and which are handed on the same way, show which of the
/// two happened: they appear in an ancestor, or count as lost after two passes.
///
/// Context switches and high-water marks are not handed on in /proc; the last seen values are
/// always kept.
class TreeUsage {
public:
    explicit TreeUsage(pid_t root) : root_(root) {}

    /// Reads the counters of the root and of the processes known, before the next list of processes
    /// is made: parents first, and traffic before times, so that a process that ends meanwhile may
    /// briefly be counted nowhere, but never twice.
    void readAhead();
    /// Takes the processes found, including ended ones that are not reaped yet.
    void update(const std::vector<StatFacts>& present);
    void noteStatus(const ProcessReading& process, std::int64_t contextSwitches);
    /// As last read; empty for a process that is not known.
    StatusFacts lastStatus(const StatFacts& stat) const;
    /// Never less than before.
    Usage soFar();
    Bytes highWater() const;

private:
    /// By start, so that parents come before children.
    using Identity = std::pair<std::uint64_t, pid_t>;
    struct Known {
        StatFacts stat;
        StatusFacts status;
        Usage used;
        std::uint64_t unclaimed = 0;    ///< faults of ended children seen in the previous pass
        std::uint64_t unclaimedNow = 0; ///< those seen in this pass
        int passesGone = 0;
    };

    static std::uint64_t faultsWithChildren(const StatFacts& stat);
    static void takeStat(Known& known, const StatFacts& stat);
    void takeTraffic(Known& known, pid_t pid);
    void readRoot();
    void settleGone();
    bool handedOn(const Known& gone);
    static bool claim(Known& ancestor, std::uint64_t faults);
    Known* byPid(pid_t pid);

    pid_t root_ = 0;
    Known rootKnown_;
    Bytes rootReadItself_ = 0; ///< the root's own traffic, from before its first child ended
    Bytes rootWroteItself_ = 0;
    std::map<Identity, Known> known_;
    std::unordered_map<pid_t, Identity> identities_; ///< of the newest process of each pid
    Usage ended_;                                    ///< of processes that are gone
    Usage reported_;
    std::string buffer_;
};

} // namespace spillway
