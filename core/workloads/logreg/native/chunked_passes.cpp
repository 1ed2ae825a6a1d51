#include "workloads/logreg/native/chunked_passes.h"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

/// The rows of a block as the kernels see them.
class LabelledColumns {
public:
    LabelledColumns(const FittedForm& form, const BlockColumns& block)
        : classLabels_(form.classLabels(block.keys)), rows_(block.rows), heldOut_(block.heldOut)
    {
    }
    LabelledRows rows() const { return rows_.labelled(classLabels_); }
    LabelledRows heldOut() const { return heldOut_.labelled(classLabels_); }

private:
    class Set {
    public:
        explicit Set(const ColumnSet& set) : set_(set)
        {
            for (const auto& column : set.columns)
                columns_.push_back(column.data());
        }
        LabelledRows labelled(std::span<const KeyTable::Id> classLabels) const
        {
            return {columns_, set_.ids.data(), set_.rows(), classLabels};
        }

    private:
        const ColumnSet& set_;
        std::vector<const double*> columns_;
    };
    std::vector<KeyTable::Id> classLabels_;
    Set rows_;
    Set heldOut_;
};

} // namespace

ChunkedPasses::ChunkedPasses(FittedForm form, std::size_t features,
                             std::vector<std::size_t> firstPiece, PartitionStore& store,
                             const PassContext& pass)
    : form_(std::move(form)),
      firstPiece_(std::move(firstPiece)),
      pieces_(firstPiece_.back()),
      store_(store),
      pass_(pass)
{
    const SoftmaxShape shape{.classes = form_.classes.size(), .features = features};
    for (int i = 0; i < pass.pool.workers(); ++i)
        kernels_.emplace_back(shape, form_.scales);
}

Result<SoftmaxSums> ChunkedPasses::gradient(const Eigen::VectorXd& parameters)
{
    using Sums = std::vector<SoftmaxSums>;
    SoftmaxSums total;
    const auto gradient = [&](std::size_t i, const TaskContext& context) -> Result<Sums> {
        const auto partition = store_.read(i);
        if (!partition) return partition.error();
        Sums sums;
        for (const BlockColumns& block : (*partition)->blocks) {
            if (context.stop.stop_requested()) return cancelled();
            const LabelledColumns columns(form_, block);
            sums.push_back(kernelOf(context).lossAndGradient(spanOf(parameters), columns.rows()));
        }
        return sums;
    };
    const auto add = [&](std::size_t, const Sums& sums, const TaskContext&) -> Result<void> {
        for (const SoftmaxSums& block : sums)
            total.add(block);
        return {};
    };
    auto passed = orderedPass<Sums>(pass_, {"gradient", "combine"}, pieces_, gradient, add);
    if (!passed) return passed.error();
    return total;
}

Result<void> ChunkedPasses::descend(SgdChain& chain, const SgdSchedule& schedule, std::size_t piece,
                                    const TaskContext& context)
{
    const auto partition = store_.read(piece);
    if (!partition) return partition.error();
    for (const BlockColumns& block : (*partition)->blocks) {
        if (context.stop.stop_requested()) return cancelled();
        const LabelledColumns columns(form_, block);
        spillway::descend(chain, schedule, columns.rows(), kernelOf(context));
    }
    return {};
}

Result<void> ChunkedPasses::descend(std::vector<SgdChain>& chains, const SgdSchedule& schedule)
{
    TaskGraph graph;
    for (SgdChain& chain : chains) {
        std::vector<TaskGraph::Node> after;
        for (std::size_t i = firstPiece_[chain.begin]; i < firstPiece_[chain.end]; ++i)
            after = {graph.add(
                "sgd",
                [this, &chain, &schedule, i](const TaskContext& context) {
                    return descend(chain, schedule, i, context);
                },
                after)};
    }
    return pass_.pool.run(std::move(graph), pass_.reporter, pass_.stop, pass_.budget);
}

Result<BlockScore> ChunkedPasses::score(const Eigen::VectorXd& parameters)
{
    using Scores = std::vector<BlockScore>;
    BlockScore total;
    const auto look = [&](std::size_t i, const TaskContext& context) -> Result<Scores> {
        const auto partition = store_.read(i);
        if (!partition) return partition.error();
        Scores scores;
        for (const BlockColumns& block : (*partition)->blocks) {
            if (context.stop.stop_requested()) return cancelled();
            const LabelledColumns columns(form_, block);
            scores.push_back(
                scoreOf(spanOf(parameters), columns.rows(), columns.heldOut(), kernelOf(context)));
        }
        return scores;
    };
    const auto add = [&](std::size_t i, const Scores& scores, const TaskContext&) -> Result<void> {
        for (const BlockScore& block : scores)
            total.add(block);
        const bool endsPartition = std::ranges::binary_search(firstPiece_, i + 1);
        if (endsPartition) pass_.reporter.addProgress(1);
        return {};
    };
    auto passed = orderedPass<Scores>(pass_, {"score", "combine"}, pieces_, look, add);
    if (!passed) return passed.error();
    return total;
}

} // namespace spillway
