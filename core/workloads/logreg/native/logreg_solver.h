#pragma once

#include "native/run/run_reporter.h"
#include "workloads/logreg/logreg_check.h"
#include "workloads/logreg/logreg_result.h"
#include "workloads/logreg/native/labelled_tally.h"
#include "workloads/logreg/native/softmax_passes.h"

#include <optional>

namespace spillway {

/// What a solver found. Parameters as SoftmaxShape lays them out, for the features as fitted.
struct Fit {
    Eigen::VectorXd parameters;
    std::vector<double> lossHistory; ///< after each iteration
    double loss = 0;
    double objective = 0;
    int iterations = 0;
    int dataPasses = 0; ///< over all training rows
    bool converged = false;
};

/// The solvers, built on an engine's passes over its rows.
///
/// `sgd` steps along −(mean gradient + λW) of 256 rows at a time, in file order; batches end with
/// their block. Step t (from 0) of B steps per epoch has length η/√(1 + t/B), where η = 2/(1 + Σ_j
/// E x_j²) is the inverse of the softmax loss's bound on curvature, so that any scale of the
/// features is safe; an incomplete batch has a proportionally shorter step. `sgd-averaged` does the
/// same on one sequence of partitions per worker, from the same start, and averages the models
/// weighted by their rows after each epoch. Both evaluate the loss once per epoch, in a separate
/// pass.
class LogregSolver {
public:
    /// How the rows are distributed: `sgd-averaged` depends on both.
    struct Layout {
        std::size_t partitions = 1;
        int workers = 1;
    };
    LogregSolver(const LogregWorkload& workload, const LabelledData& data, const Layout& layout,
                 SoftmaxPasses& passes, RunReporter& reporter);

    /// The phases `fit` and `score`, and the whole result.
    Result<RunResult> solve();
    /// What a model that somebody else has fitted is worth on these rows: phase `score`.
    /// EngineFailed for one of other classes or another shape.
    Result<RunResult> judge(const ModelJob& model);

private:
    struct Evaluated;
    Result<Fit> fit();
    Result<Fit> lbfgs();
    Result<Fit> sgd(std::size_t chains);
    Result<void> epoch(std::vector<SgdChain>& chains);
    std::vector<SgdChain> planChains(std::size_t count) const;
    double curvatureStep() const;
    Result<Evaluated> evaluate(const Eigen::VectorXd& parameters);

    const LogregWorkload& workload_;
    const LabelledData& data_;
    const Layout layout_;
    SoftmaxPasses& passes_;
    RunReporter& reporter_;
    SoftmaxShape shape_;
    double lambda_;
};

/// InvalidArgument when a result of this shape would not fit into its protocol line.
Result<void> checkParameters(const SoftmaxShape& shape);

} // namespace spillway
