#pragma once

#include "base/error.h"
#include "base/units.h"
#include "native/blocks/columns.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace spillway {

/// The data kept for one partition of the dataset.
struct ColumnPartition {
    std::vector<BlockColumns> blocks;

    Bytes bytes() const;
};

/// Keeps the partitions of one run between its passes. Every member may be called from any thread;
/// one partition is used by one task at a time. A store that spills gives the same guarantees and
/// restores partitions when they are requested.
class PartitionStore {
public:
    virtual ~PartitionStore() = default;
    /// Call once per partition. MemoryLimit when the partitions do not fit.
    virtual Result<void> put(std::size_t index, ColumnPartition partition) = 0;
    /// For reading; stays valid while it is held.
    virtual Result<std::shared_ptr<const ColumnPartition>> read(std::size_t index) = 0;
    /// Managed bytes now.
    virtual Bytes bytes() const = 0;
};

/// All partitions in memory.
class MemoryPartitionStore : public PartitionStore {
public:
    explicit MemoryPartitionStore(std::size_t count) : partitions_(count) {}

    Result<void> put(std::size_t index, ColumnPartition partition) override;
    Result<std::shared_ptr<const ColumnPartition>> read(std::size_t index) override;
    Bytes bytes() const override { return bytes_; }

private:
    std::vector<std::shared_ptr<ColumnPartition>> partitions_;
    std::atomic<Bytes> bytes_ = 0;
};

} // namespace spillway
