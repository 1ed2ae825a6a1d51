#include "workloads/logreg/native/logreg_solver.h"

#include "workloads/logreg/native/lbfgs.h"
#include "workloads/logreg/native/logreg_report.h"
#include "workloads/logreg/native/parameter_matrix.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

/// More numbers than this do not fit into the line that carries a result.
constexpr std::size_t mostParameters = 40'000;

} // namespace

/// Loss without the penalty, and the objective with it.
struct LogregSolver::Evaluated {
    double loss = 0;
    Evaluation objective;
};

LogregSolver::LogregSolver(const LogregWorkload& workload, const LabelledData& data,
                           const Layout& layout, SoftmaxPasses& passes, RunReporter& reporter)
    : workload_(workload),
      data_(data),
      layout_(layout),
      passes_(passes),
      reporter_(reporter),
      shape_{.classes = data.classes.size(), .features = workload.features.size()},
      lambda_(1 / (workload.c * static_cast<double>(data.trainRows)))
{
}

Result<RunResult> LogregSolver::solve()
{
    reporter_.beginPhase("fit", "iterations", workload_.maxIterations);
    auto fitted = fit();
    if (!fitted) return fitted.error();
    fitted->parameters = centred(std::move(fitted->parameters), shape_);
    reporter_.endPhase();

    reporter_.beginPhase("score", "partitions", static_cast<std::int64_t>(layout_.partitions));
    const auto score = passes_.score(fitted->parameters);
    if (!score) return score.error();
    reporter_.endPhase();
    return RunResult(logregResult(workload_, data_, *fitted, *score));
}

Result<RunResult> LogregSolver::judge(const ModelJob& model)
{
    const auto given = fittedParameters(workload_, data_, model);
    if (!given) return given.error();
    Eigen::VectorXd parameters =
        Eigen::Map<const Eigen::VectorXd>(given->data(), static_cast<Eigen::Index>(given->size()));
    reporter_.beginPhase("score", "partitions", static_cast<std::int64_t>(layout_.partitions));
    const auto evaluated = evaluate(parameters);
    if (!evaluated) return evaluated.error();
    const auto score = passes_.score(parameters);
    if (!score) return score.error();
    reporter_.endPhase();
    Fit fit{.parameters = std::move(parameters), .lossHistory = {}};
    fit.loss = evaluated->loss;
    fit.objective = evaluated->objective.value;
    return RunResult(logregResult(workload_, data_, fit, *score));
}

Result<Fit> LogregSolver::fit()
{
    switch (workload_.solver) {
    case LogregWorkload::Solver::Lbfgs:
        return lbfgs();
    case LogregWorkload::Solver::Sgd:
        return sgd(1);
    case LogregWorkload::Solver::SgdAveraged:
        return sgd(static_cast<std::size_t>(layout_.workers));
    }
    return lbfgs();
}

Result<LogregSolver::Evaluated> LogregSolver::evaluate(const Eigen::VectorXd& parameters)
{
    const auto total = passes_.gradient(parameters);
    if (!total) return total.error();
    const auto rows = static_cast<double>(data_.trainRows);
    Evaluated evaluated{.loss = total->loss.value() / rows, .objective = {}};
    auto& [value, slope] = evaluated.objective;
    slope.resize(parameters.size());
    for (Eigen::Index i = 0; i < slope.size(); ++i)
        slope[i] = total->gradient[static_cast<std::size_t>(i)].value() / rows;
    const auto penalised = weightsOf(parameters, shape_);
    value = evaluated.loss + lambda_ / 2 * penalised.squaredNorm();
    weightsOf(slope, shape_) += lambda_ * penalised;
    return evaluated;
}

Result<Fit> LogregSolver::lbfgs()
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
        reporter_.addProgress(1);
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

/// η of the schedule: see logreg_solver.h.
double LogregSolver::curvatureStep() const
{
    double norm = 1;
    for (const Moments& feature : data_.moments) {
        const bool standard = workload_.standardise;
        norm += standard ? (feature.constant() ? 0 : 1)
                         : feature.variance() + feature.mean * feature.mean;
    }
    return 2 / norm;
}

std::vector<SgdChain> LogregSolver::planChains(std::size_t count) const
{
    std::vector<SgdChain> chains(std::max<std::size_t>(std::min(count, layout_.partitions), 1));
    const double batches =
        static_cast<double>(data_.trainRows) / static_cast<double>(sgdBatchRows * chains.size());
    for (std::size_t i = 0; i < chains.size(); ++i) {
        chains[i].begin = i * layout_.partitions / chains.size();
        chains[i].end = (i + 1) * layout_.partitions / chains.size();
        chains[i].stepsAnEpoch = std::max(batches, 1.0);
        chains[i].model = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(shape_.parameters()));
    }
    return chains;
}

Result<void> LogregSolver::epoch(std::vector<SgdChain>& chains)
{
    for (SgdChain& chain : chains)
        chain.rows = 0;
    const SgdSchedule schedule{.firstStep = curvatureStep(), .lambda = lambda_};
    if (auto ok = passes_.descend(chains, schedule); !ok) return ok;
    if (chains.size() == 1) return {};
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(chains.front().model.size());
    for (const SgdChain& chain : chains)
        mean +=
            static_cast<double>(chain.rows) / static_cast<double>(data_.trainRows) * chain.model;
    for (SgdChain& chain : chains)
        chain.model = mean;
    return {};
}

Result<Fit> LogregSolver::sgd(std::size_t count)
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
        reporter_.addProgress(1);
    }
    return fit;
}

Result<void> checkParameters(const SoftmaxShape& shape)
{
    if (shape.parameters() <= mostParameters) return {};
    return invalidArgument(
        fmt::format("{} classes and {} features make {} coefficients; at most {} are supported.",
                    shape.classes, shape.features,
                    formatCount(static_cast<std::int64_t>(shape.parameters())),
                    formatCount(mostParameters)),
        "Choose fewer features or a label with fewer values.");
}

} // namespace spillway
