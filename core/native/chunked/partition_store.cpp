#include "native/chunked/partition_store.h"

#include <utility>

namespace spillway {
Bytes ColumnPartition::bytes() const
{
    Bytes total = 0;
    for (const BlockColumns& block : blocks)
        total += block.bytes();
    return total;
}

Result<void> MemoryPartitionStore::put(std::size_t index, ColumnPartition partition)
{
    bytes_ += partition.bytes();
    partitions_[index] = std::make_shared<ColumnPartition>(std::move(partition));
    return {};
}

Result<std::shared_ptr<const ColumnPartition>> MemoryPartitionStore::read(std::size_t index)
{
    return std::shared_ptr<const ColumnPartition>(partitions_[index]);
}

} // namespace spillway
