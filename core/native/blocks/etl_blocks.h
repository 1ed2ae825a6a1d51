#pragma once

#include "native/blocks/columns.h"
#include "native/blocks/partition_scan.h"
#include "native/kernels/group_sums.h"

namespace spillway {

/// Rows of a block become sums at once.
class SummedBlock : public BlockPart {
public:
    explicit SummedBlock(std::size_t columns) : sums(columns) {}
    void onRows(const RowBatch& batch) override { sums.add(batch.text, batch.numeric); }

    GroupSums sums;
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
