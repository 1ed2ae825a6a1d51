#include "workloads/logreg/native/labelled_data.h"

#include <utility>

namespace spillway {
namespace {

/// Gathers blocks in their order.
class LabelledLoad {
public:
    LabelledLoad(const LogregWorkload& workload, PartitionStore& store, const PassContext& pass)
        : store_(store), pass_(pass), tally_(workload)
    {
        blocks_.features = workload.features.size();
        blocks_.split = FeatureSplit(workload.testFraction);
    }

    Result<void> load(const RunSpec& spec, const ColumnSelection& selection, const ScanPlan& plan);
    Result<LabelledData> finish() const { return tally_.finish(); }

private:
    Result<void> take(const OrderedScan::Place& place, LabelledBlock& block);

    PartitionStore& store_;
    const PassContext& pass_;
    LabelledBlockPlan blocks_;
    ColumnPartition partition_;
    LabelledTally tally_;
};

Result<void> LabelledLoad::load(const RunSpec& spec, const ColumnSelection& selection,
                                const ScanPlan& plan)
{
    const auto& missing = spec.dataset.schema.format.missing;
    blocks_.missing = missing ? &*missing : nullptr;
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
    return load.finish();
}

} // namespace spillway
