#pragma once

#include "native/chunked/ordered_pass.h"
#include "native/chunked/partition_store.h"
#include "native/logreg/softmax_passes.h"

#include <vector>

namespace spillway {

/// Passes over labelled rows in a partition store.
class ChunkedPasses : public SoftmaxPasses {
public:
    ChunkedPasses(const SoftmaxShape& shape, std::size_t partitions, PartitionStore& store,
                  const PassContext& pass);

    Result<SoftmaxSums> gradient(const Eigen::VectorXd& parameters) override;
    Result<void> descend(std::vector<SgdChain>& chains, const SgdSchedule& schedule) override;
    Result<BlockScore> score(const Eigen::VectorXd& parameters) override;

private:
    Result<void> descend(SgdChain& chain, const SgdSchedule& schedule, std::size_t partition,
                         const TaskContext& context);
    SoftmaxKernel& kernelOf(const TaskContext& context)
    {
        return kernels_[static_cast<std::size_t>(context.worker)];
    }

    std::size_t partitions_;
    PartitionStore& store_;
    const PassContext& pass_;
    std::vector<SoftmaxKernel> kernels_; ///< one a worker
};

} // namespace spillway
