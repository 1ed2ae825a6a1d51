#pragma once

#include "workloads/logreg/native/softmax.h"

#include "base/error.h"

#include <Eigen/Core>

#include <cstdint>
#include <vector>

namespace spillway {

/// One stream of mini-batches: a sequence of partitions, visited in order, and the model that it
/// updates.
struct SgdChain {
    std::size_t begin = 0; ///< partitions [begin, end)
    std::size_t end = 0;
    std::int64_t rows = 0; ///< seen in this epoch
    std::int64_t steps = 0;
    double stepsAnEpoch = 1;
    Eigen::VectorXd model;
};

/// Rows of a full mini-batch.
inline constexpr std::size_t sgdBatchRows = 256;

/// Parameters of all steps of a chain: see LogregSolver.
struct SgdSchedule {
    double firstStep = 1; ///< η
    double lambda = 0;
};

/// The mini-batches of one block, in row order.
void descend(SgdChain& chain, const SgdSchedule& schedule, const LabelledRows& rows,
             SoftmaxKernel& kernel);

/// Scores of one block, or of several added in block order.
struct BlockScore {
    std::int64_t trained = 0; ///< training rows classified right
    std::int64_t tested = 0;
    CompensatedSum testLoss;

    void add(const BlockScore& later);
};
BlockScore scoreOf(std::span<const double> parameters, const LabelledRows& train,
                   const LabelledRows& test, SoftmaxKernel& kernel);

/// An engine's parallel passes over the labelled rows it holds. Sums are computed per block and
/// added in block order, regardless of who computes them.
class SoftmaxPasses {
public:
    virtual ~SoftmaxPasses() = default;
    /// Over the training rows.
    virtual Result<SoftmaxSums> gradient(const Eigen::VectorXd& parameters) = 0;
    /// Runs each chain through its partitions once, chains in parallel.
    virtual Result<void> descend(std::vector<SgdChain>& chains, const SgdSchedule& schedule) = 0;
    virtual Result<BlockScore> score(const Eigen::VectorXd& parameters) = 0;
};

inline std::span<const double> spanOf(const Eigen::VectorXd& vector)
{
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

} // namespace spillway
