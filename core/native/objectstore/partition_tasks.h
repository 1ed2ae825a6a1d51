#pragma once

#include "native/blocks/scan_plan.h"
#include "native/objectstore/codecs.h"
#include "native/objectstore/ordered_tasks.h"

#include <functional>

namespace spillway {

/// Bytes of the file per partition of a dataset that is kept: small enough that each executor can
/// write one while it reads another, and half of the store stays free for waiting objects.
Bytes keptPartitionBytes(const ScanOptions& options, Bytes capacity, int workers);

/// What take() receives for one partition.
struct ScannedPartition {
    std::size_t index = 0;
    std::size_t blocks = 0;
    ByteReader& parts; ///< after the scans
    ObjectRef output;
};

/// Scans every partition of a dataset on the executors and delivers the results in order.
/// BlockOrder judges them: a partition whose begin was guessed wrong is scanned again.
class PartitionTasks {
public:
    using Take = std::function<Result<void>(const ScannedPartition&)>;

    PartitionTasks(Driver& driver, const Dataset& dataset, const ScanPlan& plan)
        : driver_(driver), plan_(plan), order_(dataset)
    {
    }
    /// The task of this name over every partition; `makesObject`: it stores its columns.
    Result<void> run(const std::string& task, bool makesObject, const Take& take);

    /// Passed to the next tasks.
    void setExpectedRows(std::uint64_t rows) { expectedRows_ = rows; }
    void setEnoughDistinct(bool enough) { enoughDistinct_ = enough; }

private:
    TaskSpec scan(const std::string& task, bool makesObject, std::size_t partition,
                  std::optional<Bytes> begin) const;
    /// The order after these scans; nothing when they began in the wrong place.
    Result<std::optional<BlockOrder>> judged(std::size_t partition,
                                             const std::vector<BlockScan>& scans) const;
    std::span<const Block> blocksOf(std::size_t partition) const;

    Driver& driver_;
    const ScanPlan& plan_;
    BlockOrder order_;
    std::uint64_t expectedRows_ = 0;
    bool enoughDistinct_ = false;
};

} // namespace spillway
