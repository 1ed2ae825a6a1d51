#pragma once

#include "generator/table_spec.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What a column's values are once written: whole numbers, numbers with decimals, text, dates,
/// timestamps.
enum class TableType { Integer, Real, Text, Date, Timestamp };

namespace cells {
struct Table;
}

/// The tables of a set at a number of rows: every reference resolved, every count a number. A cell
/// depends on (seed, names of table and column, row) only, so any rows can be made alone, and a new
/// column changes no other. Its random numbers are the Philox block with counter (row, FNV-1a hash
/// of "table.column", 0, 0) and key (seed, 0). Immutable, so threads may share it.
class TablePlan {
public:
    /// InvalidArgument with table and column: a reference to what is not there or stands after it,
    /// or to a column of another kind; a range that is empty at this number of rows.
    static Result<std::shared_ptr<const TablePlan>> make(const TableSetSpec& spec,
                                                         std::int64_t rows);
    ~TablePlan();

    std::size_t tables() const;
    const std::string& name(std::size_t table) const;
    std::int64_t rows(std::size_t table) const;
    std::vector<TableType> types(std::size_t table) const;

    /// The header row, with its line end.
    std::string header(std::size_t table) const;
    /// Room that write() needs for so many rows.
    std::size_t roomFor(std::size_t table, std::int64_t count) const;
    /// Writes rows [first, first + count) and returns their end.
    char* write(std::size_t table, std::int64_t first, std::int64_t count, char* out) const;

private:
    explicit TablePlan(std::vector<cells::Table> tables);

    std::vector<cells::Table> tables_;
};

} // namespace spillway
