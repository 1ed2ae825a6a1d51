#pragma once

#include "native/blocks/partition_scan.h"
#include "native/chunked/ordered_pass.h"

#include <functional>
#include <memory>
#include <vector>

namespace spillway {

/// Scans every block once, several at a time, and delivers the parts in block order.
///
/// BlockOrder judges every scan when its turn comes; a block whose guess was wrong is scanned
/// again.
class OrderedScan {
public:
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
    CsvScanner& scannerOf(const TaskContext& context)
    {
        return scanners_[static_cast<std::size_t>(context.worker)];
    }
    Result<std::unique_ptr<BlockPart>> settle(const Block& block, ScannedBlock scanned,
                                              const MakePart& make, const TaskContext& context);

    const ScanPlan& plan_;
    std::vector<CsvScanner> scanners_; ///< one per worker
    BlockOrder order_;                 ///< used by the taking task only
};

} // namespace spillway
