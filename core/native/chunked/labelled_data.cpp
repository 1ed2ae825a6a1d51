#include "native/chunked/labelled_data.h"

#include <utility>

namespace spillway {
namespace {

/// Gathers blocks in their order.
class LabelledLoad {
public:
    LabelledLoad(const LogregWorkload& workload, PartitionStore& store, const PassContext& pass)
        : workload_(workload), store_(store), pass_(pass), tally_(workload)
    {
        blocks_.features = workload.features.size();
        blocks_.split = FeatureSplit(workload.testFraction);
    }

    Result<void> load(const RunSpec& spec, const ColumnSelection& selection, const ScanPlan& plan);
    Result<LabelledData> finish(std::size_t partitions);

private:
    Result<void> take(const OrderedScan::Place& place, LabelledBlock& block);
    Result<void> renumber(const LabelledData& data, std::size_t partitions);
    void fit(const LabelledData& data, BlockColumns& block) const;

    const LogregWorkload& workload_;
    PartitionStore& store_;
    const PassContext& pass_;
    LabelledBlockPlan blocks_;
    ColumnPartition partition_;
    LabelledTally tally_;
};

Result<void> LabelledLoad::load(const RunSpec& spec, const ColumnSelection& selection,
                                const ScanPlan& plan)
{
    OrderedScan scan(spec.dataset, selection, plan, spec.workers);
    return scan.run(
        pass_, "load", [&] { return std::make_unique<LabelledBlock>(blocks_); },
        [&](const OrderedScan::Place& place, std::unique_ptr<BlockPart> part) {
            return take(place, static_cast<LabelledBlock&>(*part));
        });
}

Result<void> LabelledLoad::take(const OrderedScan::Place& place, LabelledBlock& block)
{
    if (auto ok = tally_.add(block.kept.keys, block.facts); !ok) return ok;
    blocks_.enoughDistinct = tally_.enoughDistinct();
    blocks_.expectedRows = block.kept.rows.rows();
    partition_.blocks.push_back(std::move(block.kept));
    if (!place.last) return {};
    auto put = store_.put(place.partition, std::exchange(partition_, {}));
    pass_.reporter.setStoreBytes(store_.bytes());
    return put;
}

Result<LabelledData> LabelledLoad::finish(std::size_t partitions)
{
    auto data = tally_.finish();
    if (!data) return data;
    if (auto ok = renumber(*data, partitions); !ok) return ok.error();
    return data;
}

/// Class numbers for label numbers, and features as they are fitted.
void LabelledLoad::fit(const LabelledData& data, BlockColumns& block) const
{
    const auto classes = classNumbers(data.classes, block.keys);
    for (ColumnSet* const set : {&block.rows, &block.heldOut}) {
        for (KeyTable::Id& id : set->ids)
            id = classes[id];
        for (std::size_t j = 0; workload_.standardise && j < set->columns.size(); ++j)
            standardise(data.moments[j], set->columns[j], set->columns[j].data());
    }
    block.keys = {};
}

Result<void> LabelledLoad::renumber(const LabelledData& data, std::size_t partitions)
{
    struct Nothing {};
    const auto prepare = [&](std::size_t i, const TaskContext& context) -> Result<Nothing> {
        auto partition = store_.take(i);
        if (!partition) return partition.error();
        for (BlockColumns& block : partition->blocks) {
            if (context.stop.stop_requested()) return cancelled();
            fit(data, block);
        }
        if (auto put = store_.put(i, std::move(*partition)); !put) return put.error();
        return Nothing{};
    };
    const auto nothing = [](std::size_t, const Nothing&, const TaskContext&) -> Result<void> {
        return {};
    };
    return orderedPass<Nothing>(pass_, {"standardise", "combine"}, partitions, prepare, nothing);
}

} // namespace

Result<LabelledData> loadLabelled(const RunSpec& spec, const LogregWorkload& workload,
                                  const ScanPlan& plan, PartitionStore& store,
                                  const PassContext& pass)
{
    const auto selection = selectColumns(spec.dataset.schema, workload.label, workload.features);
    if (!selection) return selection.error();
    if (auto ok = checkLabel(workload); !ok) return ok.error();
    LabelledLoad load(workload, store, pass);
    if (auto ok = load.load(spec, *selection, plan); !ok) return ok.error();
    return load.finish(plan.partitions.size());
}

} // namespace spillway
