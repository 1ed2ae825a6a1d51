#include "workloads/logreg/native/logreg_report.h"

#include "workloads/logreg/native/parameter_matrix.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

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

} // namespace

Eigen::VectorXd centred(Eigen::VectorXd parameters, const SoftmaxShape& shape)
{
    if (shape.classes == 2) return parameters;
    auto matrix = matrixOf(parameters, shape);
    const Eigen::RowVectorXd mean = matrix.colwise().mean();
    matrix.rowwise() -= mean;
    return parameters;
}

Result<std::vector<double>> fittedParameters(const LogregWorkload& workload,
                                             const LabelledData& data, const ModelJob& model)
{
    const SoftmaxShape shape{.classes = data.classes.size(), .features = workload.features.size()};
    if (model.classes != data.classes)
        return makeError(ErrorCode::EngineFailed, "its classes are not those of the rows");
    const auto isRow = [&](const auto& row) { return row.size() == shape.features; };
    if (model.coefficients.size() != shape.vectors() ||
        model.intercepts.size() != shape.vectors() ||
        !std::ranges::all_of(model.coefficients, isRow))
        return makeError(ErrorCode::EngineFailed, "its coefficients have another shape");
    std::vector<double> parameters(shape.parameters());
    auto matrix = matrixOf(parameters, shape);
    const auto last = static_cast<Eigen::Index>(shape.features);
    for (Eigen::Index k = 0; k < matrix.rows(); ++k) {
        const auto row = static_cast<std::size_t>(k);
        matrix(k, last) = model.intercepts[row];
        for (Eigen::Index j = 0; j < last; ++j) {
            const auto feature = static_cast<std::size_t>(j);
            const double asRead = model.coefficients[row][feature];
            const Moments& moments = data.moments[feature];
            matrix(k, j) = workload.standardise ? asRead * featureScale(moments) : asRead;
            if (workload.standardise) matrix(k, last) += asRead * moments.mean;
        }
    }
    return parameters;
}

LogregResult logregResult(const LogregWorkload& workload, const LabelledData& data, const Fit& fit,
                          const BlockScore& score)
{
    const SoftmaxShape shape{.classes = data.classes.size(), .features = workload.features.size()};
    LogregResult result{.classes = data.classes,
                        .lossHistory = fit.lossHistory,
                        .loss = fit.loss,
                        .objective = fit.objective,
                        .trainAccuracy = static_cast<double>(score.trained) /
                                         static_cast<double>(data.trainRows),
                        .majorityAccuracy = majorityAccuracy(data),
                        .iterations = fit.iterations,
                        .dataPasses = fit.dataPasses,
                        .converged = fit.converged,
                        .rows = data.trainRows + data.testRows,
                        .trainRows = data.trainRows,
                        .droppedRows = data.droppedRows,
                        .warnings = warningsOf(workload, data)};
    if (data.testRows > 0) {
        const auto rows = static_cast<double>(data.testRows);
        result.testAccuracy = static_cast<double>(score.tested) / rows;
        result.testLoss = score.testLoss.value() / rows;
    }
    report(fit.parameters, shape, data.moments, workload.standardise, result);
    return result;
}

} // namespace spillway
