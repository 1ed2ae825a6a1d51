#pragma once

#include "generator/table_rows.h"

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// How a TablePlan makes and writes its cells: table_rows.h has what others see.
namespace spillway::cells {

/// A value as a number: itself, times ten to the decimals, days, microseconds, or the place among
/// the words.
struct Cell {
    std::int64_t value = 0;
    bool missing = false;
    std::int64_t row = -1; ///< of a key: in the table that it is of; −1: it is not there
};

/// Four random words of a cell.
using Words = std::array<std::uint64_t, 4>;

/// Another column: of the same table, or of one before it.
struct Place {
    std::size_t table = 0;
    std::size_t column = 0;
};

struct Sequence {
    std::int64_t from = 0;
    std::int64_t step = 1;
    std::uint64_t shuffled = 0; ///< key of the order; 0: as they come
    std::int64_t rows = 1;

    std::int64_t at(std::int64_t row) const;
};
/// Uniform from low to high, each times the number in another column.
struct Uniform {
    std::int64_t low = 0;
    std::uint64_t span = 1; ///< how many there are
    int base = -1;          ///< column that is added (days after) or, for `times`, a factor
    bool times = false;
};
struct Normal {
    double mean = 0;      ///< in units of the last decimal
    double deviation = 1; ///< likewise
    int by = -1;
    std::vector<double> means;
};
struct List {
    std::vector<std::int64_t> values; ///< numbers, or places among the words
};
struct Choice {
    std::vector<std::uint64_t> below; ///< of each word: random numbers up to this; empty: all alike
    std::uint64_t words = 1;
    int until = -1;
    std::int64_t day = 0;
    std::uint64_t earlier = 0; ///< words that follow the others
};
struct Rising {
    std::int64_t low = 0;
    double step = 1; ///< microseconds from row to row
};
struct Key {
    Place of;
    double found = 1;
};
struct Children {
    Place of;
    std::vector<std::int64_t> ends; ///< of the lengths, summed up
};
struct Position {
    std::size_t of = 0;
    std::vector<std::int64_t> ends;
};
struct Lookup {
    Place of;
    std::size_t by = 0;
};
struct Copy {
    std::size_t of = 0;
};
using Source = std::variant<Sequence, Uniform, Normal, List, Choice, Rising, Key, Children,
                            Position, Lookup, Copy>;

/// How a value is written. The types above, and numbers with a prefix.
struct Form {
    TableType type = TableType::Integer;
    int decimals = 0;
    std::vector<std::string> words; ///< of text; each in quotes where it needs them
    bool prefixed = false;
    std::string prefix;
    int digits = 0;

    std::size_t room() const; ///< most bytes of a value
    char* write(char* out, std::int64_t value) const;
};

struct Column {
    std::string name;
    Source source;
    Form form;
    std::uint64_t stream = 0; ///< of random numbers
    bool draws = true;        ///< whether it needs any
    double nulls = 0;
    bool own = false;
    bool hidden = false;
};

struct Table {
    std::string name;
    std::int64_t rows = 1;
    char delimiter = ',';
    double repeats = 0;
    std::uint64_t repeatsStream = 0;
    std::uint64_t seed = 1;
    std::vector<Column> columns;
};

/// The row of a table that is being made, or that a key is of.
class Row {
public:
    /// `made`: its cells so far, those of the first columns; nothing: none.
    Row(const std::vector<Table>& tables, std::size_t table, std::int64_t row,
        const std::vector<Cell>* made = nullptr);

    /// Of a column that is not among those that have been made.
    Cell make(std::size_t column) const;
    Cell at(std::size_t column) const
    {
        return made_ && column < made_->size() ? (*made_)[column] : make(column);
    }

private:
    Cell made(const Sequence& source, const Words& words, std::int64_t row) const;
    Cell made(const Uniform& source, const Words& words, std::int64_t row) const;
    Cell made(const Normal& source, const Words& words, std::int64_t row) const;
    Cell made(const List& source, const Words& words, std::int64_t row) const;
    Cell made(const Choice& source, const Words& words, std::int64_t row) const;
    Cell made(const Rising& source, const Words& words, std::int64_t row) const;
    Cell made(const Key& source, const Words& words, std::int64_t row) const;
    Cell made(const Children& source, const Words& words, std::int64_t row) const;
    Cell made(const Position& source, const Words& words, std::int64_t row) const;
    Cell made(const Lookup& source, const Words& words, std::int64_t row) const;
    Cell made(const Copy& source, const Words& words, std::int64_t row) const;

    const std::vector<Table>& tables_;
    const Table& table_;
    std::int64_t row_;
    std::int64_t repeated_; ///< the row that it repeats, or itself
    const std::vector<Cell>* made_;
};

/// Where a row falls among lengths that repeat for ever, given where they end: the number of its
/// piece, and its place in it.
struct Piece {
    std::int64_t index = 0;
    std::int64_t place = 0;
};
Piece pieceOf(std::int64_t row, const std::vector<std::int64_t>& ends);

Words wordsOf(std::int64_t row, std::uint64_t stream, std::uint64_t seed);
/// FNV-1a.
std::uint64_t streamOf(std::string_view table, std::string_view column);
/// ⌊word · count / 2^64⌋: uniform below `count`.
std::uint64_t below(std::uint64_t word, std::uint64_t count);
/// Whether something that happens in this share of cases does.
bool happens(std::uint64_t word, double share);
/// Place `index` < count in an order of 0 … count − 1 that depends on the key: a Feistel network
/// over the next power of four, walked until it lands below count.
std::int64_t shuffledPlace(std::int64_t index, std::int64_t count, std::uint64_t key);
/// About standard normal from three words: twelve uniform numbers of 16 bits, so that every machine
/// makes the same; never beyond ±6.
double normalOf(const Words& words);

} // namespace spillway::cells
