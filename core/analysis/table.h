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
    bool figures = false; ///< its text is made of figures: never cut
    int dispensable = 0;  ///< where room is short the column with the most goes first; 0: it stays
};

struct Table {
    std::string title;
    std::vector<TableColumn> columns;
    std::vector<std::vector<TableValue>> rows;
};

/// The number, or nothing.
TableValue orNothing(const std::optional<double>& value);
/// Columns that have nothing, or an empty text, in every row go.
void dropEmptyColumns(Table& table);

/// One row a cell: engine, profile, workers, status counts, median and interval of seconds and
/// peak, set-up, speedup, efficiency, accuracy, flags.
Table summaryTable(const Comparison& comparison);
/// The cell behind a row of summaryTable(), or of another table with a row for each cell in the
/// order of the lines.
const CellKey& cellOfRow(const Comparison& comparison, std::size_t row);
/// One row a run.
Table runsTable(const std::vector<RunRecord>& records);

/// RFC 4180; text that starts like a formula (=, +, -, @, tab) gets a leading apostrophe.
std::string toCsv(const Table& table);
Json toJson(const Table& table);
/// Aligned for a terminal of `width` columns. Where they are too few, words are cut, then whole
/// columns left out and named under the table; a figure is never cut.
std::string toText(const Table& table, int width = 100);

} // namespace spillway
