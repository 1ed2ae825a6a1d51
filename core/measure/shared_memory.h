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
/// file counts if it has no name any more (memfd, deleted, anonymous), or a process of the tree has
/// had it open or mapped for writing, or it came into being after this object did.
///
/// Descriptors are looked through no more often than 20 times that cost (5 % of one core at most,
/// which is every sample below some 1,500 descriptors); the files found are asked for their size
/// each time. What is mapped but no longer open is found in maps, of processes with a resident
/// shared page. Its size is asked through map_files where the system permits
/// (CAP_CHECKPOINT_RESTORE), else it is Σ Pss of these mappings, at most every 200 times that cost.
/// A process whose descriptors cannot be read counts with Pss_Shmem, or if that is refused too with
/// RssShmem, of these the largest.
class SharedMemory {
public:
    SharedMemory();
    Bytes measure(const std::vector<ProcessReading>& processes);

private:
    struct FileId {
        dev_t device = 0;
        ino_t inode = 0;
        auto operator<=>(const FileId&) const = default;
    };
    struct File {
        std::string path; ///< below /proc, through which the size is asked
        Bytes bytes = 0;
        bool counts = false;
        bool seen = false; ///< by the discovery that is under way
    };
    /// A file that is mapped, and that nothing may be asked about but its mappings' Pss.
    struct Mapped {
        std::set<pid_t> processes;
        Bytes pss = 0;
    };

    void discover(const std::vector<ProcessReading>& processes);
    bool lookThroughDescriptors(pid_t pid);
    void lookThroughMappings(pid_t pid);
    void addMapping(pid_t pid, std::string_view line);
    bool addFile(const std::string& path, const struct statx& facts, bool writable);
    void refresh();
    void readMappedPss();
    Bytes unreadableShare(const std::vector<ProcessReading>& processes) const;
    bool isMemoryDevice(dev_t device, pid_t pid);

    std::map<FileId, File> files_;
    std::map<FileId, Mapped> mapped_;
    std::set<pid_t> unreadable_;
    std::map<dev_t, bool> memoryDevices_;
    timespec begin_{};
    CostThrottle discovery_{20};
    CostThrottle pss_{200};
};

} // namespace spillway
