#pragma once

#include "data/csv_scanner.h"
#include "native/chunked/ordered_pass.h"

#include <functional>
#include <memory>
#include <vector>

namespace spillway {

/// Sizes a test may change; results do not depend on partitionBytes.
struct ChunkedOptions {
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

/// What becomes of the rows of one block: a sink that later meets what the other blocks became.
class BlockPart : public RowSink {
public:
    /// All rows of the block are in; called on the worker that scanned it.
    virtual void finish() {}
};

/// Scans every block once, several at a time, and hands over the parts in block order.
///
/// A partition's first block is scanned on the guess that it starts outside quotes, the following
/// ones from where the one before ended. BlockOrder judges every scan when its turn comes; a block
/// whose guess was wrong is scanned again.
class OrderedScan {
public:
    using MakePart = std::function<std::unique_ptr<BlockPart>()>;
    /// `partition` and `last` (block of the partition) say where the block stands.
    struct Place {
        std::size_t partition = 0;
        bool last = false;
    };
    using TakePart = std::function<Result<void>(const Place&, std::unique_ptr<BlockPart>)>;

    OrderedScan(const Dataset& dataset, const ColumnSelection& selection, const ScanPlan& plan,
                int workers);

    Result<void> run(const PassContext& pass, const std::string& kind, const MakePart& make,
                     const TakePart& take);

private:
    struct Scanned {
        BlockScan scan;
        std::unique_ptr<BlockPart> part;
    };
    Result<std::vector<Scanned>> scanPartition(const Partition& partition, const MakePart& make,
                                               const TaskContext& context, RunReporter& reporter);
    Result<Scanned> scanBlock(const Block& block, std::optional<Bytes> begin, const MakePart& make,
                              const TaskContext& context);
    Result<std::unique_ptr<BlockPart>> settle(const Block& block, Scanned scanned,
                                              const MakePart& make, const TaskContext& context);

    const ScanPlan& plan_;
    std::vector<CsvScanner> scanners_; ///< one a worker
    BlockOrder order_;                 ///< used by the taking task only
};

} // namespace spillway
