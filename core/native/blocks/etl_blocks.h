#pragma once

#include "native/blocks/columns.h"
#include "native/blocks/partition_scan.h"
#include "native/kernels/group_sums.h"

#include <memory>
#include <mutex>
#include <vector>

namespace spillway {

/// Rows of a block become sums at once.
class SummedBlock : public BlockPart {
public:
    explicit SummedBlock(std::size_t columns) : sums(columns) {}
    void onRows(const RowBatch& batch) override { sums.add(batch.text, batch.numeric); }

    GroupSums sums;
};

/// Blocks that are used again: with many groups the memory of their tables is worth keeping.
/// Several threads may ask at once.
class SummedBlocks {
public:
    explicit SummedBlocks(std::size_t columns) : columns_(columns) {}
    std::unique_ptr<SummedBlock> take();
    void giveBack(std::unique_ptr<SummedBlock> block);

private:
    const std::size_t columns_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<SummedBlock>> idle_;
};

/// Rows of a block are kept.
class KeptBlock : public BlockPart {
public:
    KeptBlock(std::size_t columns, std::size_t expectedRows);
    void onRows(const RowBatch& batch) override;
    void finish() override { kept.keys.freeze(); }

    BlockColumns kept;
};

} // namespace spillway
