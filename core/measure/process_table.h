#pragma once

#include "measure/process_facts.h"

#include <dirent.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace spillway {

/// Finds the descendants of one process by passes over /proc, and remembers what it has found:
/// whether a process descends from the root never changes (an orphan goes to an ancestor of its
/// parent), so a process known to be foreign is not read again. The inode number of /proc/<pid>
/// distinguishes a reused pid from its previous process.
class ProcessTable {
public:
    explicit ProcessTable(pid_t root);

    /// The living descendants now, by start time, each with its stat file as just read. Descendants
    /// that have ended but are not reaped yet are read a last time into `ended()`.
    std::vector<StatFacts> descendants();
    /// Descendants found ended, but not reaped, in the last pass.
    const std::vector<StatFacts>& ended() const { return ended_; }

private:
    enum class Kind { Unknown, Own, Foreign };
    struct Entry {
        std::uint64_t inode = 0;
        Kind kind = Kind::Unknown;
        std::uint64_t pass = 0;
        StatFacts facts;
    };
    struct CloseDirectory {
        void operator()(DIR* directory) const { ::closedir(directory); }
    };

    void listProcesses();
    bool readStat(pid_t pid, StatFacts& facts);
    Kind classify(Entry& entry, int depth);

    pid_t root_ = 0;
    std::unique_ptr<DIR, CloseDirectory> proc_;
    std::unordered_map<pid_t, Entry> entries_;
    std::vector<StatFacts> ended_;
    std::uint64_t pass_ = 0;
    std::string buffer_;
};

} // namespace spillway
