#include "native/chunked/ordered_scan.h"

#include <fmt/format.h>

#include <utility>

namespace spillway {

OrderedScan::OrderedScan(const Dataset& dataset, const ColumnSelection& selection,
                         const ScanPlan& plan, int workers)
    : plan_(plan), order_(dataset)
{
    for (int i = 0; i < workers; ++i)
        scanners_.emplace_back(dataset, selection);
}

Result<std::unique_ptr<BlockPart>> OrderedScan::settle(const Block& block, ScannedBlock scanned,
                                                       const MakePart& make,
                                                       const TaskContext& context)
{
    auto outcome = order_.commit(block, scanned.scan);
    if (!outcome) return outcome.error();
    if (*outcome == BlockOrder::Outcome::Rescan) {
        auto again = scanBlock(scannerOf(context), block, order_.knownBegin(), make, context.stop);
        if (!again) return again.error();
        scanned = std::move(*again);
        outcome = order_.commit(block, scanned.scan);
        if (!outcome) return outcome.error();
    }
    if (*outcome == BlockOrder::Outcome::Rescan)
        return makeError(ErrorCode::Internal, fmt::format("Block {} did not settle.", block.index));
    return scanned.part ? std::move(scanned.part) : make();
}

Result<void> OrderedScan::run(const PassContext& pass, const std::string& kind,
                              const MakePart& make, const TakePart& take)
{
    using Parts = std::vector<ScannedBlock>;
    const auto tell = [&](const Block& block) {
        pass.reporter.addBytesRead(block.end - block.begin);
        pass.reporter.addProgress(block.end - block.begin);
    };
    const auto scan = [&](std::size_t i, const TaskContext& context) {
        const Partition& partition = plan_.partitions[i];
        const auto blocks =
            std::span(plan_.blocks).subspan(partition.firstBlock, partition.blockCount);
        return scanPartition(scannerOf(context), blocks, {}, make, context.stop, tell);
    };
    const auto settleAll = [&](std::size_t i, Parts parts,
                               const TaskContext& context) -> Result<void> {
        const std::size_t first = plan_.partitions[i].firstBlock;
        for (std::size_t k = 0; k < parts.size(); ++k) {
            const std::int64_t before = order_.rows();
            auto part = settle(plan_.blocks[first + k], std::move(parts[k]), make, context);
            if (!part) return part.error();
            pass.reporter.addRows(order_.rows() - before);
            auto taken = take({.partition = i, .last = k + 1 == parts.size()}, std::move(*part));
            if (!taken) return taken;
        }
        return {};
    };
    return orderedPass<Parts>(pass, {kind, "combine"}, plan_.partitions.size(), scan, settleAll);
}

} // namespace spillway
