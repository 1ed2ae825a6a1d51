#include "native/chunked/logreg_run.h"

#include "native/chunked/logreg_chain.h"
#include "native/chunked/logreg_fit.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

/// More numbers than this do not fit into the line that carries a result.
constexpr std::size_t mostParameters = 40'000;

/// The solution among equals: with three classes and more, adding the same to every class changes
/// no probability, and the penalty is least when weights sum to 0 over the classes.
Eigen::VectorXd centred(Eigen::VectorXd parameters, const SoftmaxShape& shape)
{
    if (shape.classes == 2) return parameters;
    auto matrix = matrixOf(parameters, shape);
    const Eigen::RowVectorXd mean = matrix.colwise().mean();
    matrix.rowwise() -= mean;
    return parameters;
}

/// Parameters for features as fitted, in the units of the features as read.
void report(const Eigen::VectorXd& parameters, const SoftmaxShape& shape,
            const std::vector<Moments>& moments, bool standardised, LogregResult& result)
{
    Eigen::VectorXd asRead = parameters;
    auto matrix = matrixOf(asRead, shape);
    const auto last = static_cast<Eigen::Index>(shape.features);
    for (Eigen::Index j = 0; standardised && j < last; ++j) {
        const Moments& feature = moments[static_cast<std::size_t>(j)];
        matrix.col(j) /= featureScale(feature);
        if (feature.constant()) matrix.col(j).setZero();
        matrix.col(last) -= matrix.col(j) * feature.mean;
    }
    asRead = centred(std::move(asRead), shape);
    const auto rows = matrixOf(asRead, shape);
    for (Eigen::Index k = 0; k < rows.rows(); ++k) {
        result.coefficients.emplace_back();
        for (Eigen::Index j = 0; j < last; ++j)
            result.coefficients.back().push_back(rows(k, j));
        result.intercepts.push_back(rows(k, last));
    }
}

std::vector<std::string> warningsOf(const LogregWorkload& workload, const LabelledData& data)
{
    std::vector<std::string> warnings;
    const auto warn = [&](std::string text) { warnings.push_back(std::move(text)); };
    if (workload.testFraction > 0 && data.testRows == 0)
        warn("The split leaves no row to test on: there is no test accuracy.");
    if (workload.testFraction > 0 && data.fewDistinctRows)
        warn("Fewer than 1,000 distinct rows: equal rows share a side of the split, so its sizes "
             "and the test figures are rough.");
    for (std::size_t j = 0; j < data.moments.size(); ++j)
        if (data.moments[j].constant())
            warn(fmt::format("The feature \"{}\" is constant.", workload.features[j]));
    for (std::size_t k = 0; k < data.classes.size(); ++k)
        if (data.trainCounts[k] == 0)
            warn(fmt::format("The class \"{}\" has no training row.", data.classes[k]));
    if (data.droppedRows > 0)
        warn(fmt::format("{} rows with a missing feature or label were left out.",
                         formatCount(data.droppedRows)));
    return warnings;
}

/// Accuracy of always guessing the training rows' largest class.
double majorityAccuracy(const LabelledData& data)
{
    const auto largest = std::ranges::max_element(data.trainCounts) - data.trainCounts.begin();
    const bool tested = data.testRows > 0;
    const auto& counts = tested ? data.testCounts : data.trainCounts;
    return static_cast<double>(counts[static_cast<std::size_t>(largest)]) /
           static_cast<double>(tested ? data.testRows : data.trainRows);
}

LogregResult resultOf(const LogregWorkload& workload, const LabelledData& data,
                      const SoftmaxShape& shape, const Fit& fit, const Score& score)
{
    LogregResult result{.classes = data.classes,
                        .lossHistory = fit.lossHistory,
                        .loss = fit.loss,
                        .objective = fit.objective,
                        .testLoss = score.testLoss,
                        .trainAccuracy = score.trainAccuracy,
                        .testAccuracy = score.testAccuracy,
                        .majorityAccuracy = majorityAccuracy(data),
                        .iterations = fit.iterations,
                        .dataPasses = fit.dataPasses,
                        .converged = fit.converged,
                        .rows = data.trainRows + data.testRows,
                        .trainRows = data.trainRows,
                        .droppedRows = data.droppedRows,
                        .warnings = warningsOf(workload, data)};
    report(fit.parameters, shape, data.moments, workload.standardise, result);
    return result;
}

Result<LabelledData> load(const RunSpec& spec, const LogregWorkload& workload, const ScanPlan& plan,
                          PartitionStore& store, const PassContext& pass)
{
    pass.reporter.beginPhase("load", "bytes", plan.bytes);
    auto data = loadLabelled(spec, workload, plan, store, pass);
    if (!data) return data;
    const SoftmaxShape shape{.classes = data->classes.size(), .features = workload.features.size()};
    if (shape.parameters() > mostParameters)
        return Error{.code = ErrorCode::InvalidArgument,
                     .message =
                         fmt::format("{} classes and {} features make {} coefficients; {} "
                                     "are the most.",
                                     shape.classes, shape.features,
                                     formatCount(static_cast<std::int64_t>(shape.parameters())),
                                     formatCount(mostParameters)),
                     .phase = {},
                     .remedy = "Choose fewer features or a label with fewer values."};
    pass.reporter.endPhase();
    return data;
}

} // namespace

Result<LogregResult> runLogreg(const RunSpec& spec, const LogregWorkload& workload,
                               const ScanOptions& options, const PassContext& pass)
{
    const auto plan = planScan(spec.dataset, spec.workers, options.partitionBytes, options.block);
    if (!plan) return plan.error();
    const std::size_t partitions = plan->partitions.size();
    MemoryPartitionStore store(partitions, managedBudget(spec.memoryLimit, spec.workers));
    const auto data = load(spec, workload, *plan, store, pass);
    if (!data) return data.error();

    LogregFit solver(workload, *data, partitions, store, pass);
    pass.reporter.beginPhase("fit", "iterations", workload.maxIterations);
    auto fit = solver.fit();
    if (!fit) return fit.error();
    fit->parameters = centred(std::move(fit->parameters), solver.shape());
    pass.reporter.endPhase();

    pass.reporter.beginPhase("score", "partitions", static_cast<std::int64_t>(partitions));
    const auto score = solver.score(fit->parameters);
    if (!score) return score.error();
    pass.reporter.endPhase();
    return resultOf(workload, *data, solver.shape(), *fit, *score);
}

} // namespace spillway
