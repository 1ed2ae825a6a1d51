#pragma once

#include "measure/cost_throttle.h"
#include "measure/process_reading.h"

#include <sys/types.h>

#include <compare>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <vector>

struct statx;

namespace spillway {

/// Shared memory of the processes of a tree, each page once: Σ st_blocks·512 over the distinct
/// files of memory file systems (memfd, tmpfs, hugetlbfs, System V, shared anonymous mappings) that
/// a process has open or mapped.
///
/// A file of a tmpfs that the run only reads is not the run's memory (a dataset in /dev/shm). So a
/// file counts if it has no name (memfd, deleted, anonymous), or a process of the tree has had it
/// open or mapped for writing, or it was created after this object.
///
/// The sizes of known files are read at each sample. Descriptors are scanned for new ones at most
/// every 200 times the cost of a scan, or every 20 times when the system's shared memory has
/// changed by more than these files explain: with 750 descriptors that is every half second, and at
/// the next sample when someone has allocated.
///
/// Files that are mapped but no longer open are found in the maps of processes with a resident
/// shared or huge page. Their size is read through map_files where the system permits
/// (CAP_CHECKPOINT_RESTORE), otherwise it is Σ Pss of these mappings, read at most every 200 times
/// that cost. A process whose descriptors cannot be read counts with Pss_Shmem, or if that is
/// refused too with RssShmem, of these the largest.
class SharedMemory {
public:
    SharedMemory();
    Bytes measure(const std::vector<ProcessReading>& processes);

private:
    struct FileId {
        dev_t device = 0;
        ino_t inode = 0;
        bool systemV = false; ///< its inode is its own count, which may meet another file's
        auto operator<=>(const FileId&) const = default; // NOLINT(modernize-use-nullptr)
    };
    struct File {
        std::string path; ///< below /proc, used to read the size
        Bytes bytes = 0;
        bool counts = false;
        bool seen = false; ///< by the scan in progress
    };
    /// A mapped file of which only the mappings' Pss can be read.
    struct Mapped {
        std::set<pid_t> processes;
        Bytes pss = 0;        ///< with huge pages that one process maps alone
        Bytes sharedHuge = 0; ///< huge pages have no Pss: the most that one process shares
    };

    bool discoveryDue() const;
    void discover(const std::vector<ProcessReading>& processes);
    void lookThroughDescriptors(pid_t pid);
    void lookThroughMappings(pid_t pid);
    void addMapping(pid_t pid, std::string_view line);
    void addFile(const FileId& id, const std::string& path, const struct statx& facts,
                 bool writable);
    void refresh();
    void readMappedPss();
    Bytes filesTotal() const;
    Bytes unreadableShare(const std::vector<ProcessReading>& processes) const;
    bool isMemoryDevice(dev_t device, pid_t pid);

    std::map<FileId, File> files_;
    std::map<FileId, Mapped> mapped_;
    std::set<pid_t> unreadable_;
    std::map<dev_t, bool> memoryDevices_;
    timespec begin_{};
    CostThrottle discovery_{200};
    CostThrottle urgentDiscovery_{20};
    bool complete_ = true;      ///< the scan in progress could open everything
    Bytes systemShared_ = 0;    ///< Shmem of /proc/meminfo after the last discovery
    Bytes explainedShared_ = 0; ///< the bytes of all files then
    CostThrottle pss_{200};
};

} // namespace spillway
