#include "native/chunked/ordered_scan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

Error noSuchColumn(const Schema& schema, const std::string& name)
{
    std::vector<std::string_view> names;
    for (const Column& column : schema.columns)
        names.push_back(column.name);
    constexpr std::size_t shown = 20;
    const bool all = names.size() <= shown;
    if (!all) names.resize(shown);
    return Error{
        .code = ErrorCode::InvalidArgument,
        .message = fmt::format("The dataset has no column \"{}\".", name),
        .phase = {},
        .remedy = fmt::format("Its columns are {}{}.", fmt::join(names, ", "), all ? "" : ", …")};
}

/// A block nobody looked at: its turn makes BlockOrder ask for a scan from the known begin.
BlockScan unread(const Block& block)
{
    BlockScan scan;
    scan.begin = scan.end = block.end;
    scan.undecided = true;
    return scan;
}

} // namespace

Result<ScanPlan> planScan(const Dataset& dataset, int workers, Bytes partitionBytes, Bytes block)
{
    auto blocks = planBlocks(dataset, block);
    if (!blocks) return blocks.error();
    ScanPlan plan{.blocks = std::move(*blocks), .partitions = {}};
    plan.partitions = planPartitions(plan.blocks, workers, partitionBytes);
    for (const Block& each : plan.blocks)
        plan.bytes += each.end - each.begin;
    return plan;
}

Result<ColumnSelection> selectColumns(const Schema& schema, const std::string& text,
                                      const std::vector<std::string>& numeric)
{
    ColumnSelection selection;
    selection.text = schema.find(text);
    if (!selection.text) return noSuchColumn(schema, text);
    std::set<std::string> seen;
    for (const std::string& name : numeric) {
        const auto position = schema.find(name);
        if (!position) return noSuchColumn(schema, name);
        if (!seen.insert(name).second)
            return Error{.code = ErrorCode::InvalidArgument,
                         .message = fmt::format("The column \"{}\" is asked for twice.", name),
                         .phase = {},
                         .remedy = "Name each column once."};
        selection.numeric.push_back(*position);
    }
    return selection;
}

OrderedScan::OrderedScan(const Dataset& dataset, const ColumnSelection& selection,
                         const ScanPlan& plan, int workers)
    : plan_(plan), order_(dataset)
{
    for (int i = 0; i < workers; ++i)
        scanners_.emplace_back(dataset, selection);
}

Result<OrderedScan::Scanned> OrderedScan::scanBlock(const Block& block, std::optional<Bytes> begin,
                                                    const MakePart& make,
                                                    const TaskContext& context)
{
    auto part = make();
    auto scan =
        scanners_[static_cast<std::size_t>(context.worker)].scan(block, begin, *part, context.stop);
    if (!scan) return scan.error();
    part->finish();
    return Scanned{.scan = std::move(*scan), .part = std::move(part)};
}

Result<std::vector<OrderedScan::Scanned>> OrderedScan::scanPartition(const Partition& partition,
                                                                     const MakePart& make,
                                                                     const TaskContext& context,
                                                                     RunReporter& reporter)
{
    std::vector<Scanned> scanned;
    std::optional<Bytes> begin;
    bool faulty = false;
    for (std::size_t i = 0; i < partition.blockCount; ++i) {
        const Block& block = plan_.blocks[partition.firstBlock + i];
        if (faulty) {
            scanned.push_back({.scan = unread(block), .part = nullptr});
            continue;
        }
        auto one = scanBlock(block, begin, make, context);
        if (!one) return one.error();
        faulty = one->scan.fault.has_value();
        begin.reset();
        if (!one->scan.undecided) begin = one->scan.end;
        reporter.addBytesRead(block.end - block.begin);
        reporter.addProgress(block.end - block.begin);
        scanned.push_back(std::move(*one));
    }
    return scanned;
}

Result<std::unique_ptr<BlockPart>> OrderedScan::settle(const Block& block, Scanned scanned,
                                                       const MakePart& make,
                                                       const TaskContext& context)
{
    auto verdict = order_.commit(block, scanned.scan);
    if (!verdict) return verdict.error();
    if (*verdict == BlockOrder::Verdict::Rescan) {
        auto again = scanBlock(block, order_.knownBegin(), make, context);
        if (!again) return again.error();
        scanned = std::move(*again);
        verdict = order_.commit(block, scanned.scan);
        if (!verdict) return verdict.error();
    }
    if (*verdict == BlockOrder::Verdict::Rescan)
        return Error{.code = ErrorCode::Internal,
                     .message = fmt::format("Block {} did not settle.", block.index),
                     .phase = {},
                     .remedy = {}};
    return scanned.part ? std::move(scanned.part) : make();
}

Result<void> OrderedScan::run(const PassContext& pass, const std::string& kind,
                              const MakePart& make, const TakePart& take)
{
    using Parts = std::vector<Scanned>;
    const auto scan = [&](std::size_t i, const TaskContext& context) {
        return scanPartition(plan_.partitions[i], make, context, pass.reporter);
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
