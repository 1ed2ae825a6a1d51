#pragma once

#include "base/error.h"
#include "base/units.h"
#include "native/blocks/columns.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace spillway {

/// What is kept of one partition of the dataset.
struct ColumnPartition {
    std::vector<BlockColumns> blocks;

    Bytes bytes() const;
};

/// Keeps the partitions of one run between its passes. Every member may be called from any thread;
/// one partition is used by one task at a time. A store that spills keeps the same promises and
/// brings partitions back when they are asked for.
class PartitionStore {
public:
    virtual ~PartitionStore() = default;
    /// MemoryLimit when the partitions do not fit.
    virtual Result<void> put(std::size_t index, ColumnPartition partition) = 0;
    /// To read; stays valid while it is held.
    virtual Result<std::shared_ptr<const ColumnPartition>> read(std::size_t index) = 0;
    /// To change and put() back.
    virtual Result<ColumnPartition> take(std::size_t index) = 0;
    /// Managed bytes now.
    virtual Bytes bytes() const = 0;
};

/// All partitions in memory.
class MemoryPartitionStore : public PartitionStore {
public:
    /// Room for `count` partitions of at most `budget` bytes together.
    MemoryPartitionStore(std::size_t count, std::optional<Bytes> budget);

    Result<void> put(std::size_t index, ColumnPartition partition) override;
    Result<std::shared_ptr<const ColumnPartition>> read(std::size_t index) override;
    Result<ColumnPartition> take(std::size_t index) override;
    Bytes bytes() const override { return bytes_; }

private:
    std::vector<std::shared_ptr<ColumnPartition>> partitions_;
    std::optional<Bytes> budget_;
    std::atomic<Bytes> bytes_ = 0;
};

/// What a run may keep under a limit for the whole process: nine tenths of it, less what the
/// program and each worker's buffers need (taken as 12 MB, and 3 MB a worker).
std::optional<Bytes> managedBudget(std::optional<Bytes> memoryLimit, int workers);

/// The error of a run that cannot go on below its limit.
Error overBudget(std::string_view what, Bytes needed, Bytes budget);

} // namespace spillway
