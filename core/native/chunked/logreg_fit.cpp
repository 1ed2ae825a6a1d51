#include "native/chunked/logreg_fit.h"

#include "native/chunked/logreg_chain.h"

namespace spillway {

LogregFit::LogregFit(const LogregWorkload& workload, const LabelledData& data,
                     std::size_t partitions, PartitionStore& store, const PassContext& pass)
    : workload_(workload),
      data_(data),
      partitions_(partitions),
      store_(store),
      pass_(pass),
      shape_{.classes = data.classes.size(), .features = workload.features.size()},
      lambda_(1 / (workload.c * static_cast<double>(data.trainRows)))
{
    for (int i = 0; i < pass.executor.workers(); ++i)
        kernels_.emplace_back(shape_);
}

Result<Fit> LogregFit::fit()
{
    switch (workload_.solver) {
    case LogregWorkload::Solver::Lbfgs:
        return lbfgs();
    case LogregWorkload::Solver::Sgd:
        return sgd(1);
    case LogregWorkload::Solver::SgdAveraged:
        return sgd(static_cast<std::size_t>(pass_.executor.workers()));
    }
    return lbfgs();
}

Result<LogregFit::Evaluated> LogregFit::evaluate(const Eigen::VectorXd& parameters)
{
    using Sums = std::vector<SoftmaxSums>;
    SoftmaxSums total;
    const auto gradient = [&](std::size_t i, const TaskContext& context) -> Result<Sums> {
        const auto partition = store_.read(i);
        if (!partition) return partition.error();
        Sums sums;
        for (const BlockColumns& block : (*partition)->blocks) {
            if (context.stop.stop_requested()) return cancelled();
            const auto columns = columnsOf(block.rows);
            sums.push_back(kernelOf(context).lossAndGradient(
                spanOf(parameters), {columns, block.rows.ids.data(), block.rows.rows()}));
        }
        return sums;
    };
    const auto add = [&](std::size_t, const Sums& sums, const TaskContext&) -> Result<void> {
        for (const SoftmaxSums& block : sums)
            total.add(block);
        return {};
    };
    auto passed = orderedPass<Sums>(pass_, {"gradient", "combine"}, partitions_, gradient, add);
    if (!passed) return passed.error();

    const auto rows = static_cast<double>(data_.trainRows);
    Evaluated evaluated{.loss = total.loss.value() / rows, .objective = {}};
    auto& [value, slope] = evaluated.objective;
    slope.resize(parameters.size());
    for (Eigen::Index i = 0; i < slope.size(); ++i)
        slope[i] = total.gradient[static_cast<std::size_t>(i)].value() / rows;
    const auto penalised = weightsOf(parameters, shape_);
    value = evaluated.loss + lambda_ / 2 * penalised.squaredNorm();
    weightsOf(slope, shape_) += lambda_ * penalised;
    return evaluated;
}

Result<Fit> LogregFit::lbfgs()
{
    Fit fit;
    const auto function = [&](const Eigen::VectorXd& parameters) -> Result<Evaluation> {
        auto evaluated = evaluate(parameters);
        if (!evaluated) return evaluated.error();
        return std::move(evaluated->objective);
    };
    const auto lossAt = [&](const Minimum& at) {
        return at.at.value - lambda_ / 2 * weightsOf(at.point, shape_).squaredNorm();
    };
    const auto ended = [&](const Minimum& now) {
        fit.lossHistory.push_back(lossAt(now));
        pass_.reporter.addProgress(1);
    };
    auto minimum = minimise(
        function, Eigen::VectorXd::Zero(static_cast<Eigen::Index>(shape_.parameters())),
        {.maxIterations = workload_.maxIterations, .tolerance = workload_.tolerance}, ended);
    if (!minimum) return minimum.error();
    fit.parameters = minimum->point;
    fit.loss = lossAt(*minimum);
    fit.objective = minimum->at.value;
    fit.iterations = minimum->iterations;
    fit.dataPasses = minimum->evaluations;
    fit.converged = minimum->converged;
    return fit;
}

/// Rows classified right, and the loss of each block's test rows.
struct LogregFit::PartScore {
    std::int64_t trained = 0;
    std::int64_t tested = 0;
    std::vector<CompensatedSum> testLosses;
};

Result<LogregFit::PartScore> LogregFit::scorePartition(const Eigen::VectorXd& parameters,
                                                       std::size_t index,
                                                       const TaskContext& context)
{
    const auto partition = store_.read(index);
    if (!partition) return partition.error();
    SoftmaxKernel& kernel = kernelOf(context);
    const auto model = spanOf(parameters);
    PartScore part;
    for (const BlockColumns& block : (*partition)->blocks) {
        if (context.stop.stop_requested()) return cancelled();
        const auto train = columnsOf(block.rows);
        const auto test = columnsOf(block.heldOut);
        const LabelledRows tested{test, block.heldOut.ids.data(), block.heldOut.rows()};
        part.trained += kernel.correct(model, {train, block.rows.ids.data(), block.rows.rows()});
        part.tested += kernel.correct(model, tested);
        part.testLosses.push_back(kernel.lossAndGradient(model, tested).loss);
    }
    return part;
}

Result<Score> LogregFit::score(const Eigen::VectorXd& parameters)
{
    std::int64_t trained = 0;
    std::int64_t tested = 0;
    CompensatedSum testLoss;
    const auto look = [&](std::size_t i, const TaskContext& context) {
        return scorePartition(parameters, i, context);
    };
    const auto add = [&](std::size_t, const PartScore& part, const TaskContext&) -> Result<void> {
        trained += part.trained;
        tested += part.tested;
        for (const CompensatedSum& loss : part.testLosses)
            testLoss.add(loss);
        pass_.reporter.addProgress(1);
        return {};
    };
    auto passed = orderedPass<PartScore>(pass_, {"score", "combine"}, partitions_, look, add);
    if (!passed) return passed.error();
    Score score{.trainAccuracy =
                    static_cast<double>(trained) / static_cast<double>(data_.trainRows)};
    if (data_.testRows > 0) {
        const auto rows = static_cast<double>(data_.testRows);
        score.testAccuracy = static_cast<double>(tested) / rows;
        score.testLoss = testLoss.value() / rows;
    }
    return score;
}

} // namespace spillway
