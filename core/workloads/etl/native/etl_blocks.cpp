#include "workloads/etl/native/etl_blocks.h"

#include <algorithm>
#include <cmath>

namespace spillway {

void SummedBlock::onRows(const RowBatch& batch)
{
    if (summed_ == Summed::Values) return sums.add(batch.text, batch.numeric);
    std::vector<const double*> columns(batch.numeric.begin(), batch.numeric.end());
    magnitudes_.resize(columns.size());
    for (std::size_t c = 0; c < magnitudes_.size(); ++c) {
        auto& column = magnitudes_[c];
        column.resize(batch.rows);
        std::transform(columns[c], columns[c] + batch.rows, column.begin(),
                       [](double value) { return std::abs(value); });
        columns.push_back(column.data());
    }
    sums.add(batch.text, columns);
}

std::unique_ptr<SummedBlock> SummedBlocks::take()
{
    {
        const MutexLock lock(mutex_);
        if (!idle_.empty()) {
            auto block = std::move(idle_.back());
            idle_.pop_back();
            return block;
        }
    }
    return std::make_unique<SummedBlock>(columns_, summed_);
}

void SummedBlocks::giveBack(std::unique_ptr<SummedBlock> block)
{
    block->sums.clear();
    const MutexLock lock(mutex_);
    idle_.push_back(std::move(block));
}

KeptBlock::KeptBlock(std::size_t columns, std::size_t expectedRows)
{
    kept.rows.columns.resize(columns);
    kept.rows.ids.reserve(expectedRows);
    for (auto& column : kept.rows.columns)
        column.reserve(expectedRows);
}

void KeptBlock::onRows(const RowBatch& batch)
{
    const std::size_t before = kept.rows.ids.size();
    kept.rows.ids.resize(before + batch.rows);
    kept.keys.idsOf(batch.text, kept.rows.ids.data() + before);
    for (std::size_t c = 0; c < kept.rows.columns.size(); ++c)
        kept.rows.columns[c].insert(kept.rows.columns[c].end(), batch.numeric[c],
                                    batch.numeric[c] + batch.rows);
}

} // namespace spillway
