#include "generator/table_rows.h"

#include "generator/table_cells.h"
#include "generator/table_resolve.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace cells {

Piece pieceOf(std::int64_t row, const std::vector<std::int64_t>& ends)
{
    const std::int64_t within = row % ends.back();
    const auto index = std::ranges::upper_bound(ends, within) - ends.begin();
    return {.index = row / ends.back() * static_cast<std::int64_t>(ends.size()) + index,
            .place = within - (index == 0 ? 0 : ends[static_cast<std::size_t>(index) - 1])};
}

Row::Row(const std::vector<Table>& tables, std::size_t table, std::int64_t row,
         const std::vector<Cell>* made)
    : tables_(tables), table_(tables[table]), row_(row), repeated_(row), made_(made)
{
    if (table_.repeats <= 0) return;
    const auto words = wordsOf(row, table_.repeatsStream, table_.seed);
    if (happens(words[0], table_.repeats))
        repeated_ =
            static_cast<std::int64_t>(below(words[1], static_cast<std::uint64_t>(table_.rows)));
}

Cell Row::make(std::size_t column) const
{
    const Column& self = table_.columns[column];
    const std::int64_t row = self.own ? row_ : repeated_;
    const Words words = self.draws ? wordsOf(row, self.stream, table_.seed) : Words{};
    if (self.nulls > 0 && happens(words[0], self.nulls)) return {.missing = true};
    return std::visit([&](const auto& source) { return made(source, words, row); }, self.source);
}

Cell Row::made(const Sequence& source, const Words&, std::int64_t row) const
{
    return {.value = source.at(row)};
}

Cell Row::made(const Uniform& source, const Words& words, std::int64_t) const
{
    const auto drawn = source.low + static_cast<std::int64_t>(below(words[1], source.span));
    if (source.base < 0) return {.value = drawn};
    const Cell base = at(static_cast<std::size_t>(source.base));
    if (base.missing) return base;
    return {.value = source.times ? drawn * base.value : drawn + base.value};
}

Cell Row::made(const Normal& source, const Words& words, std::int64_t) const
{
    double mean = source.mean;
    if (source.by >= 0) {
        const Cell by = at(static_cast<std::size_t>(source.by));
        if (by.missing) return by;
        mean = source.means[static_cast<std::size_t>(by.value)];
    }
    return {.value = std::llround(mean + source.deviation * normalOf(words))};
}

Cell Row::made(const List& source, const Words&, std::int64_t row) const
{
    return {.value = source.values[static_cast<std::size_t>(row) % source.values.size()]};
}

Cell Row::made(const Choice& source, const Words& words, std::int64_t) const
{
    if (source.until >= 0) {
        const Cell date = at(static_cast<std::size_t>(source.until));
        if (!date.missing && date.value <= source.day)
            return {.value =
                        static_cast<std::int64_t>(source.words + below(words[1], source.earlier))};
    }
    if (source.below.empty())
        return {.value = static_cast<std::int64_t>(below(words[1], source.words))};
    return {.value = std::ranges::upper_bound(source.below, words[1]) - source.below.begin()};
}

Cell Row::made(const Rising& source, const Words& words, std::int64_t row) const
{
    const double place = static_cast<double>(row) + static_cast<double>(words[1] >> 11) * 0x1p-53;
    return {.value = source.low + static_cast<std::int64_t>(source.step * place)};
}

Cell Row::made(const Key& source, const Words& words, std::int64_t) const
{
    const Table& other = tables_[source.of.table];
    const auto row =
        static_cast<std::int64_t>(below(words[1], static_cast<std::uint64_t>(other.rows)));
    if (source.found < 1 && !happens(words[2], source.found)) {
        // A tenth as many keys that are not there as there are keys, at most.
        const auto& keys = std::get<Sequence>(other.columns[source.of.column].source);
        return {.value = keys.from + keys.step * (other.rows + row / 10)};
    }
    Cell key = Row(tables_, source.of.table, row).make(source.of.column);
    key.row = row;
    return key;
}

Cell Row::made(const Children& source, const Words&, std::int64_t row) const
{
    const auto parent = pieceOf(row, source.ends).index;
    Cell key = Row(tables_, source.of.table, parent).make(source.of.column);
    key.row = parent;
    return key;
}

Cell Row::made(const Position& source, const Words&, std::int64_t row) const
{
    return {.value = pieceOf(row, source.ends).place + 1};
}

Cell Row::made(const Lookup& source, const Words&, std::int64_t) const
{
    const Cell key = at(source.by);
    if (key.missing || key.row < 0) return {.missing = true};
    return Row(tables_, source.of.table, key.row).make(source.of.column);
}

Cell Row::made(const Copy& source, const Words&, std::int64_t) const
{
    return at(source.of);
}

} // namespace cells

TablePlan::TablePlan(std::vector<cells::Table> tables) : tables_(std::move(tables)) {}
TablePlan::~TablePlan() = default;

Result<std::shared_ptr<const TablePlan>> TablePlan::make(const TableSetSpec& spec,
                                                         std::int64_t rows)
{
    auto tables = cells::resolvedTables(spec, rows);
    if (!tables) return tables.error();
    return std::shared_ptr<const TablePlan>(new TablePlan(std::move(*tables)));
}

std::size_t TablePlan::tables() const
{
    return tables_.size();
}

const std::string& TablePlan::name(std::size_t table) const
{
    return tables_[table].name;
}

std::int64_t TablePlan::rows(std::size_t table) const
{
    return tables_[table].rows;
}

std::vector<TableType> TablePlan::types(std::size_t table) const
{
    std::vector<TableType> types;
    for (const cells::Column& column : tables_[table].columns)
        if (!column.hidden)
            types.push_back(column.form.prefixed ? TableType::Text : column.form.type);
    return types;
}

std::string TablePlan::header(std::size_t table) const
{
    std::string row;
    for (const cells::Column& column : tables_[table].columns)
        if (!column.hidden)
            row += (row.empty() ? "" : std::string(1, tables_[table].delimiter)) + column.name;
    return row + '\n';
}

std::size_t TablePlan::roomFor(std::size_t table, std::int64_t count) const
{
    std::size_t row = 0;
    for (const cells::Column& column : tables_[table].columns)
        if (!column.hidden) row += column.form.room() + 1;
    return row * static_cast<std::size_t>(count);
}

char* TablePlan::write(std::size_t table, std::int64_t first, std::int64_t count, char* out) const
{
    const cells::Table& self = tables_[table];
    std::vector<cells::Cell> made;
    made.reserve(self.columns.size());
    for (std::int64_t row = first; row < first + count; ++row) {
        made.clear();
        const cells::Row source(tables_, table, row, &made);
        for (std::size_t column = 0; column < self.columns.size(); ++column) {
            made.push_back(source.make(column));
            if (self.columns[column].hidden) continue;
            if (!made.back().missing) out = self.columns[column].form.write(out, made.back().value);
            *out++ = self.delimiter;
        }
        out[-1] = '\n';
    }
    return out;
}

} // namespace spillway
