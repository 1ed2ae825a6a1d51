#pragma once

#include "data/csv_scanner.h"

#include <string>
#include <vector>

namespace spillway {

/// Sizes a test may change; results do not depend on partitions.
struct ScanOptions {
    Bytes partitionBytes = maxPartitionBytes;
    Bytes streamedBytes = 4 * blockBytes; ///< of a partition that is not kept
    Bytes block = blockBytes;
};

/// The files of a dataset as blocks and partitions of whole blocks.
struct ScanPlan {
    std::vector<Block> blocks;
    std::vector<Partition> partitions;
    Bytes bytes = 0; ///< of all blocks
};
Result<ScanPlan> planScan(const Dataset& dataset, int workers, Bytes partitionBytes, Bytes block);

/// Where the columns of a workload lie in the schema. InvalidArgument for a name that does not
/// exist and for one asked for twice.
Result<ColumnSelection> selectColumns(const Schema& schema, const std::string& text,
                                      const std::vector<std::string>& numeric);

} // namespace spillway
