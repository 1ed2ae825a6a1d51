#pragma once

#include "data/csv_scanner.h"

#include <string>
#include <vector>

namespace spillway {

/// Sizes that tests may change; results do not depend on partitions.
struct ScanOptions {
    Bytes partitionBytes = maxPartitionBytes;
    Bytes streamedBytes = 4 * blockBytes; ///< of a partition whose rows are not kept
    Bytes block = blockBytes;
};

/// The files of a dataset as blocks and partitions of whole blocks.
struct ScanPlan {
    std::vector<Block> blocks;
    std::vector<Partition> partitions;
    Bytes bytes = 0; ///< of all blocks
};
Result<ScanPlan> planScan(const Dataset& dataset, int workers, Bytes partitionBytes, Bytes block);

/// Positions of a workload's columns in the schema. InvalidArgument for a name that does not exist
/// or is requested twice.
Result<ColumnSelection> selectColumns(const Schema& schema, const std::string& text,
                                      const std::vector<std::string>& numeric);

} // namespace spillway
