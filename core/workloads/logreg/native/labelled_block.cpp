#include "workloads/logreg/native/labelled_block.h"

#include "data/csv_number.h"

#include <cmath>

namespace spillway {
namespace {

void reserve(ColumnSet& set, std::size_t features, std::size_t rows)
{
    set.columns.resize(features);
    set.ids.reserve(rows);
    for (auto& column : set.columns)
        column.reserve(rows);
}

} // namespace

LabelledBlock::LabelledBlock(const LabelledBlockPlan& plan) : plan_(plan)
{
    const std::size_t rows = plan.expectedRows;
    reserve(kept.rows, plan.features, rows + rows / 32);
    kept.heldOut.columns.resize(plan.features);
}

void LabelledBlock::onRows(const RowBatch& batch)
{
    kept.keys.idsOf(batch.text, ids_.data());
    noteNewLabels();
    mixed_.fill(0);
    sums_.fill(0);
    for (std::size_t j = 0; j < plan_.features; ++j) {
        const double* const values = batch.numeric[j];
        for (std::size_t row = 0; row < batch.rows; ++row) {
            mixed_[row] ^= featureMix(values[row], j);
            sums_[row] += values[row] - values[row];
        }
    }
    sortRows(batch);
    append(batch, std::span(train_).first(trainRows_), kept.rows, facts.trainCounts);
    append(batch, std::span(test_).first(testRows_), kept.heldOut, facts.testCounts);
    rows_ += batch.rows;
}

void LabelledBlock::noteNewLabels()
{
    // A file's own words have become the empty text where they were not in quotes.
    static const std::vector<std::string> none;
    const auto* const words = plan_.missing ? &none : nullptr;
    for (auto id = static_cast<KeyTable::Id>(missingLabel_.size()); id < kept.keys.size(); ++id)
        missingLabel_.push_back(isMissingWord(kept.keys.key(id), words));
    facts.trainCounts.resize(kept.keys.size());
    facts.testCounts.resize(kept.keys.size());
}

/// Decides for each row where it goes.
void LabelledBlock::sortRows(const RowBatch& batch)
{
    trainRows_ = testRows_ = 0;
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
        bool missing = missingLabel_[ids_[row]];
        if (std::isnan(sums_[row])) [[unlikely]]
            for (std::size_t j = 0; j < plan_.features; ++j) {
                missing |= std::isnan(batch.numeric[j][row]);
                if (std::isinf(batch.numeric[j][row]) && !facts.infinite)
                    facts.infinite = {.feature = j, .row = rows_ + row};
            }
        if (missing) {
            ++facts.dropped;
            continue;
        }
        const std::uint64_t hash = splitMix(mixed_[row]);
        if (facts.distinct.size() < enoughDistinctRows && !plan_.enoughDistinct)
            facts.distinct.insert(hash);
        // Both are written, as which one it is cannot be foreseen.
        const bool trains = plan_.split.trains(hash);
        train_[trainRows_] = test_[testRows_] = row;
        trainRows_ += trains;
        testRows_ += !trains;
    }
}

void LabelledBlock::append(const RowBatch& batch, std::span<const std::uint32_t> rows,
                           ColumnSet& set, std::vector<std::int64_t>& counts)
{
    const std::size_t before = set.rows();
    set.ids.resize(before + rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        set.ids[before + i] = ids_[rows[i]];
        ++counts[ids_[rows[i]]];
    }
    for (std::size_t j = 0; j < plan_.features; ++j) {
        auto& column = set.columns[j];
        column.resize(before + rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i)
            column[before + i] = batch.numeric[j][rows[i]];
    }
}

void LabelledBlock::finish()
{
    for (const auto& column : kept.rows.columns)
        facts.moments.push_back(momentsOf(column));
    kept.keys.freeze();
    // Doubling has left up to as much again behind the test rows.
    kept.heldOut.ids.shrink_to_fit();
    for (auto& column : kept.heldOut.columns)
        column.shrink_to_fit();
}

} // namespace spillway
