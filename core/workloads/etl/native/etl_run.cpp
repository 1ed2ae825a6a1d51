#include "workloads/etl/native/etl_run.h"

#include "native/chunked/limited_run.h"
#include "workloads/etl/native/etl_blocks.h"

#include <algorithm>

namespace spillway {
namespace {

GroupSums sumsOf(const BlockColumns& block)
{
    GroupSums sums(block.rows.columns.size());
    std::vector<const double*> values;
    for (const auto& column : block.rows.columns)
        values.push_back(column.data());
    sums.add(block.keys, block.rows.ids, values);
    return sums;
}

/// One run: what all its steps need.
class EtlRun {
public:
    EtlRun(const RunSpec& spec, const EtlWorkload& workload, const ScanOptions& options,
           const PassContext& pass)
        : spec_(spec),
          workload_(workload),
          options_(options),
          pass_(pass),
          summed_(spec.profile == referenceProfile &&
                          workload.materialise == EtlWorkload::Materialise::Streamed
                      ? Summed::ValuesAndMagnitudes
                      : Summed::Values),
          total_(workload.values.size() * (summed_ == Summed::Values ? 1 : 2))
    {
    }

    Result<RunResult> run();

private:
    Result<void> streamed(const ColumnSelection& selection);
    Result<void> loaded(const ColumnSelection& selection);
    Result<void> load(const ColumnSelection& selection, const ScanPlan& plan,
                      PartitionStore& store);
    Result<void> compute(const ScanPlan& plan, PartitionStore& store);
    Result<void> add(const GroupSums& block);

    const RunSpec& spec_;
    const EtlWorkload& workload_;
    const ScanOptions& options_;
    const PassContext& pass_;
    const Summed summed_;
    GroupSums total_;
};

Result<RunResult> EtlRun::run()
{
    const auto selection = selectColumns(spec_.dataset.schema, workload_.groupBy, workload_.values);
    if (!selection) return selection.error();
    const bool stream = workload_.materialise == EtlWorkload::Materialise::Streamed;
    const auto done = stream ? streamed(*selection) : loaded(*selection);
    if (!done) return done.error();
    if (pass_.stop.stop_requested()) return cancelled();
    return total_.result(workload_.values);
}

Result<void> EtlRun::add(const GroupSums& block)
{
    total_.merge(block.totals());
    if (!pass_.budget) return {};
    return pass_.budget->require(static_cast<Bytes>(total_.resultBytes()), pass_.stop);
}

Result<void> EtlRun::streamed(const ColumnSelection& selection)
{
    const Bytes size = std::min(options_.partitionBytes, options_.streamedBytes);
    auto planned = planScan(spec_.dataset, spec_.workers, size, options_.block);
    if (!planned) return planned.error();
    const ScanPlan plan = cutForLimit(std::move(*planned), spec_).scan;
    pass_.reporter.beginPhase("compute", "bytes", plan.bytes);
    OrderedScan scan(spec_.dataset, selection, plan, spec_.workers);
    SummedBlocks blocks(workload_.values.size(), summed_);
    auto scanned = scan.run(
        pass_, "scan", [&] { return blocks.take(); },
        [&](const OrderedScan::Place&, std::unique_ptr<BlockPart> part) {
            std::unique_ptr<SummedBlock> block(static_cast<SummedBlock*>(part.release()));
            auto added = add(block->sums);
            blocks.giveBack(std::move(block));
            return added;
        });
    if (scanned) pass_.reporter.endPhase();
    return scanned;
}

Result<void> EtlRun::loaded(const ColumnSelection& selection)
{
    auto planned = planScan(spec_.dataset, spec_.workers, options_.partitionBytes, options_.block);
    if (!planned) return planned.error();
    const ScanPlan plan = cutForLimit(std::move(*planned), spec_).scan;
    const auto store = makePartitionStore(plan.partitions.size(), spec_, pass_);
    if (auto ok = load(selection, plan, *store); !ok) return ok;
    return compute(plan, *store);
}

Result<void> EtlRun::load(const ColumnSelection& selection, const ScanPlan& plan,
                          PartitionStore& store)
{
    pass_.reporter.beginPhase("load", "bytes", plan.bytes);
    OrderedScan scan(spec_.dataset, selection, plan, spec_.workers);
    std::atomic<std::size_t> expectedRows = 0;
    ColumnPartition partition;
    auto loaded = scan.run(
        pass_, "load",
        [&] {
            return std::make_unique<KeptBlock>(workload_.values.size(),
                                               expectedRows + expectedRows / 32);
        },
        [&](const OrderedScan::Place& place, std::unique_ptr<BlockPart> part) -> Result<void> {
            partition.blocks.push_back(std::move(static_cast<KeptBlock&>(*part).kept));
            expectedRows = partition.blocks.back().rows.rows();
            if (!place.last) return {};
            auto put = store.put(place.partition, std::exchange(partition, {}));
            pass_.reporter.setStoreBytes(store.bytes());
            return put;
        });
    if (loaded) pass_.reporter.endPhase();
    return loaded;
}

Result<void> EtlRun::compute(const ScanPlan& plan, PartitionStore& store)
{
    pass_.reporter.beginPhase("compute", "partitions",
                              static_cast<std::int64_t>(plan.partitions.size()));
    using Sums = std::vector<GroupSums>;
    const auto sum = [&](std::size_t i, const TaskContext& context) -> Result<Sums> {
        const auto partition = store.read(i);
        if (!partition) return partition.error();
        Sums sums;
        for (const BlockColumns& block : (*partition)->blocks) {
            if (context.stop.stop_requested()) return cancelled();
            sums.push_back(sumsOf(block));
        }
        return sums;
    };
    const auto merge = [&](std::size_t, const Sums& sums, const TaskContext&) -> Result<void> {
        for (const GroupSums& block : sums)
            if (auto ok = add(block); !ok) return ok;
        pass_.reporter.addProgress(1);
        return {};
    };
    auto computed =
        orderedPass<Sums>(pass_, {"aggregate", "combine"}, plan.partitions.size(), sum, merge);
    if (computed) pass_.reporter.endPhase();
    return computed;
}

} // namespace

Result<RunResult> runEtl(const RunSpec& spec, const EtlWorkload& workload,
                         const ScanOptions& options, const PassContext& pass)
{
    return EtlRun(spec, workload, options, pass).run();
}

} // namespace spillway
