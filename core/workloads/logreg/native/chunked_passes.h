#pragma once

#include "native/chunked/ordered_pass.h"
#include "native/chunked/partition_store.h"
#include "workloads/logreg/native/labelled_tally.h"
#include "workloads/logreg/native/softmax_passes.h"

#include <vector>

namespace spillway {

/// Passes over labelled rows in a partition store.
class ChunkedPasses : public SoftmaxPasses {
public:
    /// `firstPiece` of each partition, as the store numbers pieces, then the number of pieces.
    ChunkedPasses(FittedForm form, std::size_t features, std::vector<std::size_t> firstPiece,
                  PartitionStore& store, const PassContext& pass);

    Result<SoftmaxSums> gradient(const Eigen::VectorXd& parameters) override;
    Result<void> descend(std::vector<SgdChain>& chains, const SgdSchedule& schedule) override;
    Result<BlockScore> score(const Eigen::VectorXd& parameters) override;

private:
    Result<void> descend(SgdChain& chain, const SgdSchedule& schedule, std::size_t piece,
                         const TaskContext& context);
    SoftmaxKernel& kernelOf(const TaskContext& context)
    {
        return kernels_[static_cast<std::size_t>(context.worker)];
    }

    FittedForm form_;
    std::vector<std::size_t> firstPiece_;
    std::size_t pieces_;
    PartitionStore& store_;
    const PassContext& pass_;
    std::vector<SoftmaxKernel> kernels_; ///< one a worker
};

} // namespace spillway
