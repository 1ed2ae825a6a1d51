#include "native/chunked/partition_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

constexpr Bytes programBytes = 12'000'000;
constexpr Bytes workerBytes = 3'000'000;

} // namespace

Bytes ColumnPartition::bytes() const
{
    Bytes total = 0;
    for (const BlockColumns& block : blocks)
        total += block.bytes();
    return total;
}

MemoryPartitionStore::MemoryPartitionStore(std::size_t count, std::optional<Bytes> budget)
    : partitions_(count), budget_(budget)
{
}

Result<void> MemoryPartitionStore::put(std::size_t index, ColumnPartition partition)
{
    const Bytes total = bytes_ += partition.bytes();
    if (budget_ && total > *budget_) return overBudget("The dataset's columns", total, *budget_);
    partitions_[index] = std::make_shared<ColumnPartition>(std::move(partition));
    return {};
}

Result<std::shared_ptr<const ColumnPartition>> MemoryPartitionStore::read(std::size_t index)
{
    return std::shared_ptr<const ColumnPartition>(partitions_[index]);
}

Result<ColumnPartition> MemoryPartitionStore::take(std::size_t index)
{
    ColumnPartition partition = std::move(*partitions_[index]);
    partitions_[index].reset();
    bytes_ -= partition.bytes();
    return partition;
}

std::optional<Bytes> managedBudget(std::optional<Bytes> memoryLimit, int workers)
{
    if (!memoryLimit) return {};
    return std::max<Bytes>(*memoryLimit / 10 * 9 - programBytes - workers * workerBytes, 0);
}

Error overBudget(std::string_view what, Bytes needed, Bytes budget)
{
    return Error{.code = ErrorCode::MemoryLimit,
                 .message = fmt::format("{} need {} already, and {} are left for them below the "
                                        "memory limit.",
                                        what, formatBytes(needed), formatBytes(budget)),
                 .phase = {},
                 .remedy = "Raise the memory limit or choose fewer columns."};
}

} // namespace spillway
