#pragma once

#include "analysis/comparison.h"

#include <string>
#include <variant>
#include <vector>

namespace spillway {

/// A cell of a table: nothing, a number, or text.
using TableValue = std::variant<std::monostate, double, std::int64_t, std::string>;

struct TableColumn {
    std::string id;    ///< for machines: "seconds_median"
    std::string title; ///< for people: "Seconds (median)"
    int decimals = 3;  ///< when shown
};

struct Table {
    std::string title;
    std::vector<TableColumn> columns;
    std::vector<std::vector<TableValue>> rows;
};

/// One row a cell: engine, profile, workers, status counts, median and interval of seconds and
/// peak, set-up, speedup, efficiency, accuracy, flags.
Table summaryTable(const Comparison& comparison);
/// One row a run.
Table runsTable(const std::vector<RunRecord>& records);

/// RFC 4180; text that starts like a formula (=, +, -, @, tab) gets a leading apostrophe.
std::string toCsv(const Table& table);
Json toJson(const Table& table);
/// Aligned for a terminal of `width` columns.
std::string toText(const Table& table, int width = 100);

} // namespace spillway
