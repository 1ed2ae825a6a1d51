#pragma once

#include "native/blocks/scan_plan.h"
#include "native/chunked/ordered_pass.h"
#include "native/chunked/partition_store.h"
#include "protocol/run_spec.h"

#include <memory>
#include <vector>

namespace spillway {

/// Partitions cut into pieces of whole blocks, so that the pieces in flight fit within the run's
/// memory limit; without a limit each partition is one piece.
struct PiecePlan {
    ScanPlan scan;                  ///< its partitions are the pieces
    std::vector<std::size_t> first; ///< first piece of each partition, then the number of pieces
};
PiecePlan cutForLimit(ScanPlan plan, const RunSpec& spec);

/// Where a run keeps its partitions: in memory, or on disk too when it has a memory limit.
std::unique_ptr<PartitionStore> makePartitionStore(std::size_t count, const RunSpec& spec,
                                                   const PassContext& pass);

} // namespace spillway
