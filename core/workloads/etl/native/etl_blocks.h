#pragma once

#include "base/mutex.h"
#include "native/blocks/columns.h"
#include "native/blocks/partition_scan.h"
#include "workloads/etl/native/group_sums.h"

#include <memory>
#include <vector>

namespace spillway {

/// What is summed for each value column.
enum class Summed {
    Values,
    ValuesAndMagnitudes ///< x, and |x| as additional columns
};

/// A block whose rows are summed at once.
class SummedBlock : public BlockPart {
public:
    SummedBlock(std::size_t columns, Summed summed)
        : sums(summed == Summed::Values ? columns : 2 * columns), summed_(summed)
    {
    }
    void onRows(const RowBatch& batch) override;

    GroupSums sums;

private:
    Summed summed_;
    std::vector<std::vector<double>> magnitudes_; ///< of the current rows
};

/// Pool of reusable blocks: with many groups the memory of their tables is worth keeping.
/// Thread-safe.
class SummedBlocks {
public:
    SummedBlocks(std::size_t columns, Summed summed) : columns_(columns), summed_(summed) {}
    std::unique_ptr<SummedBlock> take();
    void giveBack(std::unique_ptr<SummedBlock> block);

private:
    const std::size_t columns_;
    const Summed summed_;
    Mutex mutex_;
    std::vector<std::unique_ptr<SummedBlock>> idle_ GUARDED_BY(mutex_);
};

/// A block whose rows are kept.
class KeptBlock : public BlockPart {
public:
    KeptBlock(std::size_t columns, std::size_t expectedRows);
    void onRows(const RowBatch& batch) override;
    void finish() override { kept.keys.freeze(); }

    BlockColumns kept;
};

} // namespace spillway
