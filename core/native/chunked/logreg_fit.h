#pragma once

#include "native/chunked/labelled_data.h"
#include "native/kernels/lbfgs.h"
#include "native/kernels/softmax.h"

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

struct Score {
    double trainAccuracy = 0;
    std::optional<double> testLoss;
    std::optional<double> testAccuracy;
};

/// Passes over labelled rows in a store, and the solvers made of them.
///
/// `sgd` steps along −(mean gradient + λW) of 256 rows at a time, in file order; batches end with
/// their block. Step t (from 0) of B an epoch has length η/√(1 + t/B), where η = 2/(1 + Σ_j E x_j²)
/// is the inverse of the softmax loss's bound on curvature, so that any scale of the features is
/// safe; a batch that is not full has a proportionally shorter step. `sgd-averaged` does the same
/// on one run of partitions a worker, from the same start, and averages the models by their rows
/// after each epoch. Both look at the loss once an epoch, a pass of its own.
class LogregFit {
public:
    LogregFit(const LogregWorkload& workload, const LabelledData& data, std::size_t partitions,
              PartitionStore& store, const PassContext& pass);

    Result<Fit> fit();
    Result<Score> score(const Eigen::VectorXd& parameters);
    const SoftmaxShape& shape() const { return shape_; }

private:
    struct Evaluated {
        double loss = 0;
        Evaluation objective;
    };
    struct Chain;

    Result<Fit> lbfgs();
    Result<Fit> sgd(std::size_t chains);
    Result<void> epoch(std::vector<Chain>& chains);
    Result<void> descend(Chain& chain, std::size_t partition, const TaskContext& context);
    void step(Chain& chain, const LabelledRows& rows, SoftmaxKernel& kernel) const;
    std::vector<Chain> planChains(std::size_t count) const;
    double curvatureStep() const;
    Result<Evaluated> evaluate(const Eigen::VectorXd& parameters);
    struct PartScore;
    Result<PartScore> scorePartition(const Eigen::VectorXd& parameters, std::size_t index,
                                     const TaskContext& context);
    SoftmaxKernel& kernelOf(const TaskContext& context)
    {
        return kernels_[static_cast<std::size_t>(context.worker)];
    }

    const LogregWorkload& workload_;
    const LabelledData& data_;
    std::size_t partitions_;
    PartitionStore& store_;
    const PassContext& pass_;
    SoftmaxShape shape_;
    double lambda_;
    std::vector<SoftmaxKernel> kernels_; ///< one a worker
};

} // namespace spillway
