#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spillway {

/// One column of a table, whole. A float64 that is NaN stands for a value that is missing.
struct ResultColumn {
    using Values =
        std::variant<std::vector<std::string>, std::vector<std::int64_t>, std::vector<double>>;

    std::string name;
    Values values;

    std::size_t size() const;
    bool operator==(const ResultColumn&) const = default;
};

/// "text", "int64", "float64"
std::string_view typeName(const ResultColumn& column);

/// Rows that a run answers with, by column: all columns have the same number of rows.
struct ResultTable {
    std::vector<ResultColumn> columns;

    std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
    bool empty() const { return rows() == 0; }
    /// The same columns without their rows.
    ResultTable withoutRows() const;
    bool operator==(const ResultTable&) const = default;
};

/// XXH64 with seed 0, 16 hexadecimal digits, over every row in order, its cells in the order of the
/// columns: a text's bytes and a zero byte, the eight bytes of a number, little endian, one bit
/// pattern for every NaN. Equal for two tables only when their rows are bit-identical. Of the first
/// `columns` only, where that is given.
std::string rowsHash(const ResultTable& table,
                     std::size_t columns = std::numeric_limits<std::size_t>::max());

/// [{"name": "key", "type": "text"}, …]
Json columnsJson(const ResultTable& table);
/// A table without rows. Protocol error for another form, an unknown type, more than
/// maxTableColumns.
Result<ResultTable> tableFromColumns(const Json& columns);
inline constexpr std::size_t maxTableColumns = 4096;

/// The cells of one row as an array; NaN as null.
Json rowJson(const ResultTable& table, std::size_t row);
/// Adds the row that rowJson() wrote. Protocol error when a cell is of another type; then the table
/// is as before.
Result<void> appendRow(ResultTable& table, const Json& cells);

} // namespace spillway
