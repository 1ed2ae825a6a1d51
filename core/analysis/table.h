#pragma once

#include "analysis/comparison.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace spillway {

/// A cell of a table: nothing, a number, or text.
using TableValue = std::variant<std::monostate, double, std::int64_t, std::string>;

struct TableColumn {
    std::string id;       ///< for machines: "seconds_median"
    std::string title;    ///< for people: "Seconds (median)"
    int decimals = 3;     ///< when shown
    bool figures = false; ///< its text consists of numbers: never truncated
    int dispensable =
        0; ///< if space is short, the column with the highest value is dropped first; 0: never
};

struct Table {
    std::string title;
    std::vector<TableColumn> columns;
    std::vector<std::vector<TableValue>> rows;
};

/// The number, or nothing.
TableValue orNothing(const std::optional<double>& value);
/// Removes columns that are empty in every row.
void dropEmptyColumns(Table& table);

/// One row per cell: engine, profile, workers, status counts, median and interval of seconds and
/// peak, set-up, speedup, efficiency, accuracy, flags.
Table summaryTable(const Comparison& comparison);
/// The cell behind a row of summaryTable(), or of another table with a row for each cell in the
/// order of the lines.
const CellKey& cellOfRow(const Comparison& comparison, std::size_t row);
/// One row per run.
Table runsTable(const std::vector<RunRecord>& records);

/// RFC 4180; text that starts like a formula (=, +, -, @, tab) gets a leading apostrophe.
std::string toCsv(const Table& table);
Json toJson(const Table& table);
/// Aligned for a terminal of `width` columns. If that is too narrow, words are truncated, then
/// whole columns are left out and named below the table; a number is never truncated.
std::string toText(const Table& table, int width = 100);

} // namespace spillway
