#pragma once

#include "base/units.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What /proc reports about one process (proc(5)); each reader takes the text of one file.
namespace spillway {

/// /proc/<pid>/stat.
struct StatFacts {
    pid_t pid = 0;
    char state = '?';
    pid_t parent = 0;
    double userSeconds = 0; ///< all threads, including ended ones
    double systemSeconds = 0;
    double childrenUserSeconds = 0; ///< of children that were waited for, and of theirs
    double childrenSystemSeconds = 0;
    std::uint64_t minorFaults = 0; ///< pages provided without disk access: new ones, copies, maps
    std::uint64_t childrenMinorFaults = 0; ///< of children that were waited for, and of theirs
    int threads = 0;
    std::uint64_t startTime = 0; ///< clock ticks after boot; with the pid the identity of a process
    std::uint64_t startCode = 0; ///< 0 or 1 if the caller may not read it
    std::uint64_t startStack = 0; ///< likewise

    /// Ended and not yet reaped by its parent; a leader whose other threads are alive has not
    /// ended.
    bool ended() const { return (state == 'Z' && threads <= 1) || state == 'X' || state == 'x'; }
};
/// Nothing when the text is not such a file.
std::optional<StatFacts> statFacts(std::string_view text);

/// /proc/<pid>/status: the memory counters the kernel keeps.
struct StatusFacts {
    Bytes resident = 0;
    Bytes anon = 0;
    Bytes file = 0;
    Bytes shmem = 0;
    Bytes highWater = 0;
    Bytes virtualSize = 0;
    Bytes hugetlb = 0; ///< pages of the reserved pool, mapped privately or shared; not in Rss
    std::int64_t contextSwitches = 0; ///< of the one thread that the file describes
};
StatusFacts statusFacts(std::string_view text);

/// /proc/<pid>/io: storage traffic, including reaped children (and theirs).
struct IoFacts {
    Bytes read = 0;
    Bytes written = 0;
};
IoFacts ioFacts(std::string_view text);

/// /proc/<pid>/smaps_rollup: shared pages divided among the processes that map them.
struct PssFacts {
    Bytes anon = 0;
    Bytes shmem = 0;
    Bytes privateHugetlb = 0; ///< reserved huge pages that no other process maps
    Bytes sharedHugetlb = 0;  ///< those that others also map; each process counts all of them
};
/// Nothing when the kernel does not split Pss (before Linux 5.4) or the text is empty.
std::optional<PssFacts> pssFacts(std::string_view text);

} // namespace spillway
