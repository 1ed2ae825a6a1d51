#include "native/objectstore/partition_tasks.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {

Bytes keptPartitionBytes(const ScanOptions& options, Bytes capacity, int workers)
{
    const Bytes share = capacity / (8 * workers);
    return std::min(options.partitionBytes, std::max(share, options.block));
}

std::span<const Block> PartitionTasks::blocksOf(std::size_t partition) const
{
    const Partition& blocks = plan_.partitions[partition];
    return std::span(plan_.blocks).subspan(blocks.firstBlock, blocks.blockCount);
}

TaskSpec PartitionTasks::scan(const std::string& task, bool makesObject, std::size_t partition,
                              std::optional<Bytes> begin) const
{
    const auto blocks = blocksOf(partition);
    ByteWriter writer;
    write(writer, ScanArguments{.begin = begin,
                                .expectedRows = expectedRows_ + expectedRows_ / 32,
                                .enoughDistinct = enoughDistinct_,
                                .blocks = {blocks.begin(), blocks.end()}});
    return {.task = task,
            .makesObject = makesObject,
            .input = nullptr,
            .own = driver_.argument(writer.take()),
            .shared = {}};
}

Result<std::optional<BlockOrder>> PartitionTasks::judged(std::size_t partition,
                                                         const std::vector<BlockScan>& scans) const
{
    BlockOrder order = order_;
    const auto blocks = blocksOf(partition);
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        const auto outcome = order.commit(blocks[k], scans[k]);
        if (!outcome) return outcome.error();
        if (*outcome == BlockOrder::Outcome::Rescan) return std::optional<BlockOrder>();
    }
    return std::optional<BlockOrder>(std::move(order));
}

Result<void> PartitionTasks::run(const std::string& task, bool makesObject, const Take& take)
{
    std::optional<std::size_t> repeated;
    const auto make = [&](std::size_t i) { return scan(task, makesObject, i, {}); };
    const auto takeNext = [&](std::size_t i,
                              const TaskOutcome& outcome) -> Result<std::optional<TaskSpec>> {
        ByteReader reader(*outcome.result);
        const auto blocks = blocksOf(i);
        if (reader.getCount() != blocks.size()) return badMessage();
        std::vector<BlockScan> scans;
        for (std::size_t k = 0; k < blocks.size(); ++k)
            scans.push_back(readBlockScan(reader));
        if (!reader.ok()) return badMessage();
        auto order = judged(i, scans);
        if (!order) return order.error();
        if (!*order) {
            if (std::exchange(repeated, i) == i)
                return makeError(ErrorCode::Internal,
                                 fmt::format("Partition {} did not settle.", i));
            // Of a file whose first block is in the partition the scan knows the begin by itself.
            const bool first = blocks.front().first;
            return std::optional<TaskSpec>(
                scan(task, makesObject, i, first ? std::nullopt : order_.knownBegin()));
        }
        driver_.reporter().addRows((*order)->rows() - order_.rows());
        order_ = std::move(**order);
        for (const Block& block : blocks) {
            driver_.reporter().addBytesRead(block.end - block.begin);
            driver_.reporter().addProgress(block.end - block.begin);
        }
        const ScannedPartition partition{
            .index = i, .blocks = blocks.size(), .parts = reader, .output = outcome.output};
        if (auto taken = take(partition); !taken) return taken.error();
        if (!reader.complete()) return badMessage();
        return std::optional<TaskSpec>();
    };
    return orderedTasks(driver_, plan_.partitions.size(), make, takeNext);
}

} // namespace spillway
