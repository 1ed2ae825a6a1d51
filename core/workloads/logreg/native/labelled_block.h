#pragma once

#include "native/blocks/columns.h"
#include "native/blocks/partition_scan.h"
#include "workloads/logreg/native/feature_split.h"
#include "workloads/logreg/native/moments.h"

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace spillway {

/// Distinct rows are counted up to this number.
inline constexpr std::size_t enoughDistinctRows = 1000;

/// What the blocks of one load have in common.
struct LabelledBlockPlan {
    std::size_t features = 0;
    FeatureSplit split{0};
    /// Words for a missing label that replace the standard ones; null: the standard ones.
    const std::vector<std::string>* missing = nullptr;
    std::atomic<std::size_t> expectedRows = 0; ///< rows of a block, estimated from earlier ones
    std::atomic<bool> enoughDistinct = false;
};

/// Where a feature is infinite.
struct InfiniteValue {
    std::uint64_t feature = 0;
    std::uint64_t row = 0; ///< rows of the block before it
};

/// Facts about a block's rows.
struct LabelledFacts {
    std::vector<std::int64_t> trainCounts; ///< by local label
    std::vector<std::int64_t> testCounts;
    std::vector<Moments> moments; ///< of the training rows, per feature
    std::int64_t dropped = 0;
    std::optional<InfiniteValue> infinite;      ///< the first
    std::unordered_set<std::uint64_t> distinct; ///< row hashes, at most enoughDistinctRows
};

/// Rows of a block being loaded into a store: those with a missing value are dropped, the others
/// split into training and test rows.
class LabelledBlock : public BlockPart {
public:
    explicit LabelledBlock(const LabelledBlockPlan& plan);
    void onRows(const RowBatch& batch) override;
    void finish() override;

    BlockColumns kept; ///< rows: training; ids number `keys` of this block
    LabelledFacts facts;

private:
    void sortRows(const RowBatch& batch);
    void append(const RowBatch& batch, std::span<const std::uint32_t> rows, ColumnSet& set,
                std::vector<std::int64_t>& counts);
    void noteNewLabels();

    const LabelledBlockPlan& plan_;
    std::vector<bool> missingLabel_; ///< by local label
    std::array<KeyTable::Id, RowBatch::capacity> ids_{};
    std::array<std::uint64_t, RowBatch::capacity> mixed_{};
    std::array<double, RowBatch::capacity>
        sums_{}; ///< Σ x − x: 0, or NaN when a feature is not finite
    std::array<std::uint32_t, RowBatch::capacity> train_{};
    std::array<std::uint32_t, RowBatch::capacity> test_{};
    std::uint64_t rows_ = 0; ///< of earlier batches
    std::size_t trainRows_ = 0;
    std::size_t testRows_ = 0;
};

} // namespace spillway
