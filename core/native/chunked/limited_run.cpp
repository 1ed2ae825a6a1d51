#include "native/chunked/limited_run.h"

#include "native/chunked/spilling_store.h"

#include <algorithm>
#include <limits>

namespace spillway {
namespace {

/// Of the memory limit, for pieces that are under way in a pass. A piece counts with its size as
/// text; as columns it is about half of that for numbers as programs print them.
constexpr Bytes shareUnderWay = 5;

Bytes pieceBytes(const RunSpec& spec)
{
    if (!spec.memoryLimit) return std::numeric_limits<Bytes>::max();
    return *spec.memoryLimit / shareUnderWay / static_cast<Bytes>(partsUnderWay(spec.workers));
}

} // namespace

PiecePlan cutForLimit(ScanPlan plan, const RunSpec& spec)
{
    const Bytes most = pieceBytes(spec);
    PiecePlan pieces;
    std::vector<Partition> cut;
    for (const Partition& partition : plan.partitions) {
        pieces.first.push_back(cut.size());
        Bytes bytes = most;
        for (std::size_t i = 0; i < partition.blockCount; ++i) {
            const Block& block = plan.blocks[partition.firstBlock + i];
            const Bytes size = block.end - block.begin;
            if (i == 0 || bytes > most - size) {
                cut.push_back({.firstBlock = partition.firstBlock + i});
                bytes = 0;
            }
            ++cut.back().blockCount;
            bytes += size;
        }
    }
    pieces.first.push_back(cut.size());
    plan.partitions = std::move(cut);
    pieces.scan = std::move(plan);
    return pieces;
}

std::unique_ptr<PartitionStore> makePartitionStore(std::size_t count, const RunSpec& spec,
                                                   const PassContext& pass)
{
    if (!pass.budget) return std::make_unique<MemoryPartitionStore>(count);
    pass.budget->setTaskBytes(pieceBytes(spec));
    return std::make_unique<SpillingPartitionStore>(
        count, spec.scratch,
        SpillingPartitionStore::Run{
            .budget = *pass.budget, .reporter = pass.reporter, .stop = pass.stop});
}

} // namespace spillway
