#pragma once

#include "native/kernels/compensated.h"
#include "native/kernels/key_table.h"
#include "workloads/etl/etl_result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Totals of one group and column.
struct GroupCell {
    CompensatedSum sum;
    std::int64_t missing = 0;
};

/// Non-owning view of groups and their totals, as lists in the same order.
struct GroupTotals {
    std::span<const char> text;        ///< the concatenated keys
    std::span<const std::size_t> ends; ///< end of each key in `text`
    std::span<const std::int64_t> counts;
    std::span<const GroupCell> cells; ///< groups × columns
};

/// Count and compensated sum of each value column by key, for the rows of one block or for blocks
/// merged in block order. Merged in that order, the totals are bit-identical regardless of who
/// computed the parts.
class GroupSums {
public:
    explicit GroupSums(std::size_t columns) : columns_(columns), missing_(columns) {}

    /// Adds rows: `values[c][row]` with NaN where the value is missing.
    void add(std::span<const std::string_view> keys, std::span<const double* const> values);
    /// The same for keys that `table` numbers.
    void add(const KeyTable& table, std::span<const KeyTable::Id> ids,
             std::span<const double* const> values);
    /// Adds the totals of a later block.
    void merge(const GroupTotals& later);
    /// In order of first appearance; valid until something is added.
    GroupTotals totals() const { return {keys_.text(), keys_.ends(), counts_, cells_}; }
    /// Forgets all rows and keeps the memory.
    void clear();

    std::size_t groups() const { return keys_.size(); }
    std::int64_t rows() const { return rows_; }
    std::size_t bytes() const;
    /// Additional memory that result() will need, assuming at most 16 bytes per key.
    std::size_t resultBytes() const;
    /// A result with the groups sorted by key bytes. `values` are the names of the columns; of
    /// twice as many columns, x and then |x|, those of x.
    RunResult result(const std::vector<std::string>& values) const;

private:
    void addRows(std::span<const KeyTable::Id> ids, std::span<const double* const> values);
    void fitCells();
    void addGroup(KeyTable::Id ours, std::int64_t count, const GroupCell* cells);
    double mean(KeyTable::Id id, std::size_t column) const;

    std::size_t columns_;
    KeyTable keys_;
    std::int64_t rows_ = 0;
    std::vector<std::int64_t> counts_;  ///< per key
    std::vector<GroupCell> cells_;      ///< keys × columns
    std::vector<std::int64_t> missing_; ///< per column
    std::vector<KeyTable::Id> ids_;     ///< of the current rows
};

} // namespace spillway
