#include "native/chunked/labelled_data.h"

#include "native/chunked/labelled_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t mostClasses = 65536;

Error nothingToLearn(std::string message, std::string remedy)
{
    return {.code = ErrorCode::InvalidArgument,
            .message = std::move(message),
            .phase = {},
            .remedy = std::move(remedy)};
}

Error tooManyClasses(const std::string& label, std::size_t classes, std::int64_t rows)
{
    return nothingToLearn(fmt::format("The label column \"{}\" has {} classes in {} training rows.",
                                      label, formatCount(static_cast<std::int64_t>(classes)),
                                      formatCount(rows)),
                          "A class needs several rows, and 65,536 classes are the most: is the "
                          "column an identifier?");
}

/// Gathers blocks in their order.
class LabelledLoad {
public:
    LabelledLoad(const LogregWorkload& workload, PartitionStore& store, const PassContext& pass)
        : workload_(workload), store_(store), pass_(pass), moments_(workload.features.size())
    {
        blocks_.features = workload.features.size();
        blocks_.split = FeatureSplit(workload.testFraction);
    }

    Result<void> load(const RunSpec& spec, const ColumnSelection& selection, const ScanPlan& plan);
    Result<LabelledData> finish(std::size_t partitions);

private:
    Result<void> take(const OrderedScan::Place& place, LabelledBlock& block);
    void countLabels(const LabelledBlock& block);
    LabelledData sorted();
    Result<void> check(const LabelledData& data) const;
    Result<void> renumber(const LabelledData& data, std::size_t partitions);
    void fit(const LabelledData& data, BlockColumns& block) const;

    const LogregWorkload& workload_;
    PartitionStore& store_;
    const PassContext& pass_;
    LabelledBlockPlan blocks_;
    ColumnPartition partition_;
    KeyTable labels_;
    std::vector<std::int64_t> trainCounts_; ///< by number in labels_
    std::vector<std::int64_t> testCounts_;
    std::vector<Moments> moments_;
    std::int64_t dropped_ = 0;
    std::unordered_set<std::uint64_t> distinct_;
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
    if (block.infinite)
        return nothingToLearn(fmt::format("The feature \"{}\" has an infinite value.",
                                          workload_.features[*block.infinite]),
                              "Choose other features, or mark such values as missing (NA).");
    countLabels(block);
    if (labels_.size() > mostClasses)
        return tooManyClasses(
            workload_.label, labels_.size(),
            std::accumulate(trainCounts_.begin(), trainCounts_.end(), std::int64_t{0}));
    for (std::size_t j = 0; j < block.moments.size(); ++j)
        moments_[j] = combined(moments_[j], block.moments[j]);
    dropped_ += block.dropped;
    if (distinct_.size() < enoughDistinctRows) distinct_.merge(block.distinct);
    blocks_.enoughDistinct = distinct_.size() >= enoughDistinctRows;
    blocks_.expectedRows = block.kept.rows.rows();
    partition_.blocks.push_back(std::move(block.kept));
    if (!place.last) return {};
    auto put = store_.put(place.partition, std::exchange(partition_, {}));
    pass_.reporter.setStoreBytes(store_.bytes());
    return put;
}

/// Labels of dropped rows are no classes.
void LabelledLoad::countLabels(const LabelledBlock& block)
{
    for (KeyTable::Id local = 0; local < block.trainCounts.size(); ++local) {
        if (block.trainCounts[local] + block.testCounts[local] == 0) continue;
        const KeyTable::Id label = labels_.idOf(block.kept.keys.key(local));
        trainCounts_.resize(labels_.size());
        testCounts_.resize(labels_.size());
        trainCounts_[label] += block.trainCounts[local];
        testCounts_[label] += block.testCounts[local];
    }
}

LabelledData LabelledLoad::sorted()
{
    std::vector<KeyTable::Id> order(labels_.size());
    std::iota(order.begin(), order.end(), KeyTable::Id{0});
    std::ranges::sort(order, {}, [&](auto id) { return labels_.key(id); });
    LabelledData data;
    for (const KeyTable::Id id : order) {
        data.classes.emplace_back(labels_.key(id));
        data.trainCounts.push_back(trainCounts_[id]);
        data.testCounts.push_back(testCounts_[id]);
        data.trainRows += trainCounts_[id];
        data.testRows += testCounts_[id];
    }
    data.moments = moments_;
    data.droppedRows = dropped_;
    data.fewDistinctRows = distinct_.size() < enoughDistinctRows;
    return data;
}

Result<void> LabelledLoad::check(const LabelledData& data) const
{
    if (data.trainRows + data.testRows == 0)
        return nothingToLearn(fmt::format("No row is left to learn from ({} dropped because a "
                                          "feature or the label is missing).",
                                          formatCount(data.droppedRows)),
                              "Choose columns that have values in the same rows.");
    if (data.classes.size() == 1)
        return nothingToLearn(fmt::format("The label column \"{}\" has one class only: \"{}\".",
                                          workload_.label, data.classes.front()),
                              "Choose a column that tells rows apart.");
    if (data.trainRows == 0)
        return nothingToLearn("The split leaves no row to train on.",
                              "Choose a smaller test fraction.");
    if (static_cast<std::int64_t>(data.classes.size()) > data.trainRows)
        return tooManyClasses(workload_.label, data.classes.size(), data.trainRows);
    return {};
}

Result<LabelledData> LabelledLoad::finish(std::size_t partitions)
{
    LabelledData data = sorted();
    if (auto ok = check(data); !ok) return ok.error();
    if (auto ok = renumber(data, partitions); !ok) return ok.error();
    return data;
}

void standardise(const std::vector<Moments>& moments, ColumnSet& set)
{
    for (std::size_t j = 0; j < set.columns.size(); ++j) {
        const double mean = moments[j].mean;
        const double scale = featureScale(moments[j]);
        const bool constant = moments[j].constant();
        for (double& value : set.columns[j])
            value = constant ? 0.0 : (value - mean) / scale;
    }
}

/// Class numbers for label numbers, and features as they are fitted.
void LabelledLoad::fit(const LabelledData& data, BlockColumns& block) const
{
    std::vector<KeyTable::Id> classes;
    for (KeyTable::Id local = 0; local < block.keys.size(); ++local) {
        const auto found = std::ranges::lower_bound(data.classes, block.keys.key(local));
        classes.push_back(static_cast<KeyTable::Id>(found - data.classes.begin()));
    }
    for (ColumnSet* const set : {&block.rows, &block.heldOut}) {
        for (KeyTable::Id& id : set->ids)
            id = classes[id];
        if (workload_.standardise) standardise(data.moments, *set);
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

double featureScale(const Moments& moments)
{
    return moments.constant() ? 1 : std::sqrt(moments.variance());
}

Result<LabelledData> loadLabelled(const RunSpec& spec, const LogregWorkload& workload,
                                  const ScanPlan& plan, PartitionStore& store,
                                  const PassContext& pass)
{
    const auto selection = selectColumns(spec.dataset.schema, workload.label, workload.features);
    if (!selection) return selection.error();
    if (std::ranges::find(workload.features, workload.label) != workload.features.end())
        return nothingToLearn(
            fmt::format("The label column \"{}\" is also a feature.", workload.label),
            "Leave it out of the features.");
    LabelledLoad load(workload, store, pass);
    if (auto ok = load.load(spec, *selection, plan); !ok) return ok.error();
    return load.finish(plan.partitions.size());
}

} // namespace spillway
