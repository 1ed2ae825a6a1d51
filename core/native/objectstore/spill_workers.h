#pragma once

#include "base/mutex.h"
#include "native/objectstore/messages.h"
#include "native/spill/spill_file.h"

#include <condition_variable>
#include <deque>
#include <thread>

namespace spillway {

/// An object being spilled or restored.
struct DiskJob {
    ObjectId id = noObject;
    int fd = -1; ///< of the segment; stays open until the job has ended
    std::uint64_t offset = 0;
    Bytes bytes = 0;
    const SpillRecord* record = nullptr; ///< to read; null: write
};

struct DiskOutcome {
    ObjectId id = noObject;
    bool wrote = false;
    Result<SpillRecord> record = SpillRecord(); ///< what was written; of a reading only whether it
                                                ///< failed
};

/// At most four threads that write objects to spill files and read them back.
class SpillWorkers {
public:
    explicit SpillWorkers(std::filesystem::path directory);
    ~SpillWorkers();

    void start(const DiskJob& job);
    /// Readable while outcomes wait.
    int readyFd() const { return ready_.get(); }
    std::vector<DiskOutcome> takeOutcomes();

private:
    void work(const std::stop_token& stop);
    void report(DiskOutcome outcome) REQUIRES(mutex_);
    DiskOutcome perform(const DiskJob& job, const std::stop_token& stop);

    SpillDirectory directory_;
    UniqueFd ready_;
    Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<DiskJob> jobs_ GUARDED_BY(mutex_);
    std::vector<DiskOutcome> outcomes_ GUARDED_BY(mutex_);
    int idle_ GUARDED_BY(mutex_) = 0;
    std::vector<std::jthread> threads_; ///< last, so that they end first
};

} // namespace spillway
