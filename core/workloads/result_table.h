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

/// What the values of a column are, where their C++ type does not say it.
enum class ResultMeaning {
    Plain,    ///< text, int64 or float64
    Bool,     ///< of whole numbers: 0 and 1
    Date,     ///< of texts: ISO 8601, "2024-02-29"
    Timestamp ///< of texts: ISO 8601 in UTC without a zone, "2024-02-29T12:30:00.250000"
};

/// One column of a table, whole. A float64 that is NaN stands for a value that is missing.
struct ResultColumn {
    using Values =
        std::variant<std::vector<std::string>, std::vector<std::int64_t>, std::vector<double>>;

    std::string name;
    Values values;
    ResultMeaning meaning = ResultMeaning::Plain;
    /// By row, of texts and whole numbers: whether the value is missing, and an empty text or 0
    /// stands in its place. Empty: none is.
    std::vector<bool> missing;

    std::size_t size() const;
    bool isMissing(std::size_t row) const;
    bool operator==(const ResultColumn&) const = default;
};

/// "text", "int64", "float64", "bool", "date", "timestamp"
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
/// pattern for every NaN; for a missing text or whole number a byte 255, which no UTF-8 has. Equal
/// for two tables only when their rows are bit-identical. Of the first `columns` only, where that
/// is given.
std::string rowsHash(const ResultTable& table,
                     std::size_t columns = std::numeric_limits<std::size_t>::max());

/// [{"name": "key", "type": "text"}, …]
Json columnsJson(const ResultTable& table);
/// A table without rows. Protocol error for another form, an unknown type, more than
/// maxTableColumns.
Result<ResultTable> tableFromColumns(const Json& columns);
inline constexpr std::size_t maxTableColumns = 4096;

/// The cells of one row as an array: true and false of a bool, null for a missing value.
Json rowJson(const ResultTable& table, std::size_t row);
/// Adds the row that rowJson() wrote. Protocol error when a cell is of another type; then the table
/// is as before.
Result<void> appendRow(ResultTable& table, const Json& cells);

} // namespace spillway
