#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace spillway {

/// A number that may grow with the rows that are asked for: at least `least`, else factor · rows,
/// to the nearest; plus `plus`.
struct TableCount {
    double factor = 0;
    std::int64_t least = 0;
    std::int64_t plus = 0;

    bool operator==(const TableCount&) const = default;
    std::int64_t of(std::int64_t rows) const;
};

/// How the values of a column come about. Columns of the same table that one refers to stand before
/// it, other tables before its table.
namespace column {

/// from, from + step, …: a key. Shuffled: the same values in an order that looks random.
struct Sequence {
    TableCount from{.plus = 1};
    std::int64_t step = 1;
    bool shuffled = false;
};
/// Uniform over the whole numbers from low to high.
struct Integer {
    TableCount low;
    TableCount high;
};
/// Uniform over the numbers of so many decimals from low to high; times an integer column.
struct Real {
    double low = 0;
    double high = 1;
    int decimals = 6;
    std::string times;
};
/// Normal, cut at six deviations. `by` names a choice whose words have a mean each.
struct Normal {
    double mean = 0;
    double deviation = 1;
    int decimals = 6;
    std::string by;
    std::vector<double> means;
};
/// The values one after the other, and again from the first. Integer: all of them are whole
/// numbers.
struct List {
    std::vector<std::string> values;
    bool integer = false;
};
/// One of the words, each as often as its weight says; without weights all alike. Where the date in
/// the column `until` is not after `day`, one of `earlier`.
struct Choice {
    std::vector<std::string> words;
    std::vector<double> weights;
    std::string until;
    std::int64_t day = 0; ///< since 1970-01-01
    std::vector<std::string> earlier;
};
/// Uniform over the days from low to high (since 1970-01-01); after a date column: so many days
/// later.
struct Date {
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::string after;
};
/// Rises from row to row, from low to high (microseconds since 1970-01-01); the steps are random.
struct Timestamp {
    std::int64_t low = 0;
    std::int64_t high = 0;
};
/// The key of a random row of another table; `found` is the share of rows whose key is there. The
/// others have numbers beyond those of a sequence.
struct Key {
    std::string table;
    std::string column;
    double found = 1;
};
/// The keys of another table's rows in their order, each repeated as often as the lengths say, one
/// after the other, and again from the first.
struct Children {
    std::string table;
    std::string column;
    std::vector<std::int64_t> lengths;
};
/// 1, 2, …: the place among the rows with the same key of the Children column `of`.
struct Position {
    std::string of;
};
/// Another column of the row in another table that the key column `by` is of.
struct Lookup {
    std::string table;
    std::string column;
    std::string by;
};
/// The number in another column.
struct Copy {
    std::string of;
};

using Kind = std::variant<Sequence, Integer, Real, Normal, List, Choice, Date, Timestamp, Key,
                          Children, Position, Lookup, Copy>;

} // namespace column

/// Whole numbers as text: "id" and at least three digits make id007.
struct IdText {
    std::string prefix;
    int digits = 0;
};

struct TableColumnSpec {
    std::string name;
    column::Kind kind;
    std::optional<IdText> text;
    double nulls = 0;    ///< share of missing values: an empty field
    bool own = false;    ///< of a repeated row: not repeated
    bool hidden = false; ///< not written: others are made of it
};

struct TableSpec {
    std::string name; ///< also of the file
    TableCount rows{.factor = 1};
    char delimiter = ',';
    double repeats = 0; ///< share of rows that repeat a random one, but for the columns of its own
    std::vector<TableColumnSpec> columns;
};

/// Several tables that belong together, as a suite of jobs declares them.
struct TableSetSpec {
    std::string suite;
    std::string title;
    std::uint64_t seed = 1;
    std::vector<TableSpec> tables;
    std::string declaration; ///< all of it as JSON on one line: two that are equal make equal bytes
};

/// {"suite", "title", "seed", "tables": [{"name", "rows": count, "delimiter", "repeats",
///   "columns": [{"name", "kind", "nulls", "own", "hidden", "text": {"prefix", "digits"}, fields of
///   the kind}]}]}
/// A count is a whole number or {"factor", "least", "plus"}; dates and timestamps are texts; the
/// kinds and their fields have the names above, in small letters, a key's "of" is "table.column".
/// InvalidArgument with the table and the column for anything unknown, missing or without a
/// meaning.
Result<TableSetSpec> tableSetFromJson(const Json& json);

} // namespace spillway
