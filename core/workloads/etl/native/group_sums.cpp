#include "workloads/etl/native/group_sums.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace spillway {
namespace {

/// Prefixes are contiguous in memory, keys are not: keys are compared only for ties.
std::vector<KeyTable::Id> sortedByKey(const KeyTable& keys)
{
    std::vector<std::pair<std::uint64_t, KeyTable::Id>> order(keys.size());
    for (KeyTable::Id id = 0; id < keys.size(); ++id)
        order[id] = {__builtin_bswap64(leadingBytes(keys.key(id))), id};
    std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : keys.key(a.second) < keys.key(b.second);
    });
    std::vector<KeyTable::Id> ids(order.size());
    std::transform(order.begin(), order.end(), ids.begin(),
                   [](const auto& one) { return one.second; });
    return ids;
}

} // namespace

void GroupSums::add(std::span<const std::string_view> keys, std::span<const double* const> values)
{
    ids_.resize(keys.size());
    keys_.idsOf(keys, ids_.data());
    addRows(ids_, values);
}

void GroupSums::add(const KeyTable& table, std::span<const KeyTable::Id> ids,
                    std::span<const double* const> values)
{
    // Numbering the table's keys in its own order is numbering them by first appearance.
    std::vector<KeyTable::Id> ours(table.size());
    for (KeyTable::Id id = 0; id < table.size(); ++id)
        ours[id] = keys_.idOf(table.key(id));
    ids_.resize(ids.size());
    std::transform(ids.begin(), ids.end(), ids_.begin(), [&](auto id) { return ours[id]; });
    addRows(ids_, values);
}

void GroupSums::fitCells()
{
    if (counts_.size() == keys_.size()) return;
    counts_.resize(keys_.size());
    cells_.resize(keys_.size() * columns_);
}

void GroupSums::addRows(std::span<const KeyTable::Id> ids, std::span<const double* const> values)
{
    fitCells();
    rows_ += static_cast<std::int64_t>(ids.size());
    const std::size_t columns = columns_;
    std::int64_t* const counts = counts_.data();
    GroupCell* const firstCells = cells_.data();
    for (std::size_t row = 0; row < ids.size(); ++row) {
        ++counts[ids[row]];
        GroupCell* const cells = firstCells + ids[row] * columns;
        // A row's columns side by side: rows of one group have to wait for each other's sums.
        for (std::size_t column = 0; column < columns; ++column) {
            const double value = values[column][row];
            if (std::isnan(value)) [[unlikely]] {
                ++cells[column].missing;
                ++missing_[column];
            } else {
                cells[column].sum.add(value);
            }
        }
    }
}

void GroupSums::merge(const GroupTotals& later)
{
    constexpr std::size_t atOnce = 64;
    std::array<std::string_view, atOnce> keys;
    std::array<KeyTable::Id, atOnce> ours{};
    const std::size_t all = later.ends.size();
    std::size_t keyBegin = 0;
    for (std::size_t begin = 0; begin < all; begin += atOnce) {
        const std::size_t some = std::min(atOnce, all - begin);
        for (std::size_t i = 0; i < some; ++i) {
            const std::size_t keyEnd = later.ends[begin + i];
            keys[i] = {later.text.data() + keyBegin, keyEnd - keyBegin};
            keyBegin = keyEnd;
        }
        keys_.idsOf(std::span(keys).first(some), ours.data());
        fitCells();
        // With many groups each is somewhere else in memory: prefetch all before using one.
        for (std::size_t i = 0; i < some; ++i) {
            __builtin_prefetch(&counts_[ours[i]], 1);
            __builtin_prefetch(cells_.data() + ours[i] * columns_, 1);
        }
        for (std::size_t i = 0; i < some; ++i)
            addGroup(ours[i], later.counts[begin + i], later.cells.data() + (begin + i) * columns_);
    }
}

void GroupSums::addGroup(KeyTable::Id ours, std::int64_t count, const GroupCell* cells)
{
    rows_ += count;
    counts_[ours] += count;
    for (std::size_t column = 0; column < columns_; ++column) {
        GroupCell& cell = cells_[ours * columns_ + column];
        cell.sum.add(cells[column].sum);
        cell.missing += cells[column].missing;
        missing_[column] += cells[column].missing;
    }
}

void GroupSums::clear()
{
    keys_.clear();
    rows_ = 0;
    counts_.clear();
    cells_.clear();
    std::fill(missing_.begin(), missing_.end(), 0);
}

std::size_t GroupSums::bytes() const
{
    return keys_.bytes() + counts_.capacity() * sizeof(std::int64_t) +
           cells_.capacity() * sizeof(GroupCell);
}

std::size_t GroupSums::resultBytes() const
{
    constexpr std::size_t sorting = 16 + sizeof(KeyTable::Id); // a prefix and a number, a number
    constexpr std::size_t row = sizeof(std::string) + sizeof(std::int64_t);
    return groups() * (sorting + row + columns_ * sizeof(double));
}

double GroupSums::mean(KeyTable::Id id, std::size_t column) const
{
    const GroupCell& cell = cells_[id * columns_ + column];
    const std::int64_t present = counts_[id] - cell.missing;
    return present == 0 ? std::numeric_limits<double>::quiet_NaN()
                        : cell.sum.value() / static_cast<double>(present);
}

RunResult GroupSums::result(const std::vector<std::string>& values) const
{
    ResultTable table = groupColumns(values, columns_ > values.size());
    const std::vector<KeyTable::Id> order = sortedByKey(keys_);
    auto& keys = std::get<std::vector<std::string>>(table.columns[0].values);
    auto& counts = std::get<std::vector<std::int64_t>>(table.columns[1].values);
    keys.reserve(order.size());
    counts.reserve(order.size());
    for (const KeyTable::Id id : order) {
        keys.emplace_back(keys_.key(id));
        counts.push_back(counts_[id]);
    }
    for (std::size_t column = 0; column < columns_; ++column) {
        auto& means = std::get<std::vector<double>>(table.columns[2 + column].values);
        means.reserve(order.size());
        for (const KeyTable::Id id : order)
            means.push_back(mean(id, column));
    }
    return etlRunResult(
        std::move(table), rows_,
        {missing_.begin(), missing_.begin() + static_cast<std::ptrdiff_t>(values.size())});
}

} // namespace spillway
