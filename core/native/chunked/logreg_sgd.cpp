#include "native/chunked/logreg_fit.h"

#include "native/chunked/logreg_chain.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr std::size_t batchRows = 256;

} // namespace

/// η of the schedule: see logreg_fit.h.
double LogregFit::curvatureStep() const
{
    double norm = 1;
    for (const Moments& feature : data_.moments) {
        const bool standard = workload_.standardise;
        norm += standard ? (feature.constant() ? 0 : 1)
                         : feature.variance() + feature.mean * feature.mean;
    }
    return 2 / norm;
}

std::vector<LogregFit::Chain> LogregFit::planChains(std::size_t count) const
{
    std::vector<Chain> chains(std::max<std::size_t>(std::min(count, partitions_), 1));
    const double batches =
        static_cast<double>(data_.trainRows) / static_cast<double>(batchRows * chains.size());
    for (std::size_t i = 0; i < chains.size(); ++i) {
        chains[i].begin = i * partitions_ / chains.size();
        chains[i].end = (i + 1) * partitions_ / chains.size();
        chains[i].stepsAnEpoch = std::max(batches, 1.0);
        chains[i].model = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(shape_.parameters()));
    }
    return chains;
}

void LogregFit::step(Chain& chain, const LabelledRows& rows, SoftmaxKernel& kernel) const
{
    const SoftmaxSums sums = kernel.lossAndGradient(spanOf(chain.model), rows);
    const double length = curvatureStep() /
                          std::sqrt(1 + static_cast<double>(chain.steps) / chain.stepsAnEpoch) /
                          static_cast<double>(batchRows);
    const auto count = static_cast<double>(rows.rows);
    weightsOf(chain.model, shape_) *= 1 - length * count * lambda_;
    for (Eigen::Index i = 0; i < chain.model.size(); ++i)
        chain.model[i] -= length * sums.gradient[static_cast<std::size_t>(i)].value();
    ++chain.steps;
    chain.rows += static_cast<std::int64_t>(rows.rows);
}

Result<void> LogregFit::descend(Chain& chain, std::size_t index, const TaskContext& context)
{
    const auto partition = store_.read(index);
    if (!partition) return partition.error();
    for (const BlockColumns& block : (*partition)->blocks) {
        if (context.stop.stop_requested()) return cancelled();
        const std::size_t rows = block.rows.rows();
        for (std::size_t first = 0; first < rows; first += batchRows) {
            auto columns = columnsOf(block.rows);
            for (auto& column : columns)
                column += first;
            step(chain, {columns, block.rows.ids.data() + first, std::min(batchRows, rows - first)},
                 kernelOf(context));
        }
    }
    return {};
}

Result<void> LogregFit::epoch(std::vector<Chain>& chains)
{
    TaskGraph graph;
    for (Chain& chain : chains) {
        chain.rows = 0;
        std::vector<TaskGraph::Node> after;
        for (std::size_t i = chain.begin; i < chain.end; ++i)
            after = {graph.add(
                "sgd",
                [this, &chain, i](const TaskContext& context) {
                    return descend(chain, i, context);
                },
                after)};
    }
    if (auto ok = pass_.executor.run(std::move(graph), pass_.reporter, pass_.stop); !ok) return ok;
    if (chains.size() == 1) return {};
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(chains.front().model.size());
    for (const Chain& chain : chains)
        mean +=
            static_cast<double>(chain.rows) / static_cast<double>(data_.trainRows) * chain.model;
    for (Chain& chain : chains)
        chain.model = mean;
    return {};
}

Result<Fit> LogregFit::sgd(std::size_t count)
{
    Fit fit;
    auto chains = planChains(count);
    while (!fit.converged && fit.iterations < workload_.maxIterations) {
        if (auto ok = epoch(chains); !ok) return ok.error();
        fit.parameters = chains.front().model;
        const auto evaluated = evaluate(fit.parameters);
        if (!evaluated) return evaluated.error();
        fit.loss = evaluated->loss;
        fit.objective = evaluated->objective.value;
        fit.lossHistory.push_back(fit.loss);
        fit.converged =
            evaluated->objective.gradient.lpNorm<Eigen::Infinity>() <= workload_.tolerance;
        ++fit.iterations;
        fit.dataPasses += 2;
        pass_.reporter.addProgress(1);
    }
    return fit;
}

} // namespace spillway
