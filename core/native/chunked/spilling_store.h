#pragma once

#include "base/mutex.h"
#include "native/chunked/memory_budget.h"
#include "native/chunked/partition_image.h"
#include "native/chunked/partition_store.h"
#include "native/run/run_reporter.h"
#include "native/spill/spill_file.h"

#include <condition_variable>
#include <cstdint>
#include <vector>

namespace spillway {

/// Partitions in memory as long as they fit, the others on disk. Above the target of managed bytes,
/// or of measured memory once that is above the spill threshold, the least recently used partitions
/// are spilled; they are restored and verified when they are requested. A restored partition that
/// was only read is not written again.
///
/// When the disk is full partitions stay in memory and the run goes on with less of it; what then
/// ends the run is the budget, not the disk.
class SpillingPartitionStore : public PartitionStore {
public:
    /// What a store uses throughout its lifetime.
    struct Run {
        MemoryBudget& budget;
        RunReporter& reporter;
        std::stop_token stop;
    };
    /// Room for `count` partitions below the budget's limit; spill files lie in `scratch`.
    SpillingPartitionStore(std::size_t count, const std::filesystem::path& scratch, const Run& run);
    ~SpillingPartitionStore() override;
    SpillingPartitionStore(const SpillingPartitionStore&) = delete;
    SpillingPartitionStore& operator=(const SpillingPartitionStore&) = delete;

    Result<void> put(std::size_t index, ColumnPartition partition) override;
    /// Also MemoryLimit when it does not fit, and Corrupt when its record on disk is damaged.
    Result<std::shared_ptr<const ColumnPartition>> read(std::size_t index) override;
    Bytes bytes() const override;

private:
    struct Place {
        std::shared_ptr<ColumnPartition> memory; ///< null while it is on disk only
        SpillRecord record;                      ///< of the same content, if it is on disk
        std::vector<BlockShape> shape;
        Bytes bytes = 0;
        std::uint64_t lastUse = 0;
        bool moving = false; ///< a thread is writing or restoring it
    };

    /// Spills until `more` bytes fit below the target, or nothing is left to spill.
    Result<void> makeRoom(Bytes more, const std::stop_token& stop) EXCLUDES(mutex_);
    Place* leastRecentlyUsed() REQUIRES(mutex_);
    /// These three give the lock back for as long as they are slow.
    Result<void> spill(Place& place, const std::stop_token& stop) REQUIRES(mutex_);
    void drop(Place& place) REQUIRES(mutex_);
    Result<void> restore(Place& place) REQUIRES(mutex_);
    void noteFullDisk(const Error& error) REQUIRES(mutex_);
    Result<std::shared_ptr<ColumnPartition>> readBack(const Place& place) EXCLUDES(mutex_);
    void report() const REQUIRES(mutex_);

    const Run run_;
    const MemoryThresholds thresholds_;
    SpillDirectory disk_;

    mutable Mutex mutex_;
    std::condition_variable moved_; ///< a place is no longer moving
    std::vector<Place> places_ GUARDED_BY(mutex_);
    std::uint64_t uses_ GUARDED_BY(mutex_) = 0;
    Bytes inMemory_ GUARDED_BY(mutex_) = 0;
    Bytes leaving_ GUARDED_BY(mutex_) = 0;                ///< of these, bytes being written
    Bytes largest_ GUARDED_BY(mutex_) = 0;                ///< partition so far
    Bytes spilled_ GUARDED_BY(mutex_) = 0;                ///< written so far
    Bytes restored_ GUARDED_BY(mutex_) = 0;               ///< read back so far
    std::optional<Seconds> fullSince_ GUARDED_BY(mutex_); ///< the disk was full when last tried
    bool fullDiskTold_ GUARDED_BY(mutex_) = false;
};

} // namespace spillway
