#include "workloads/result_table.h"

#include "base/json.h"
#include "workloads/field_checks.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <span>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 3> typeNames{"text", "int64", "float64"};

Result<ResultColumn> columnOf(const Json& json)
{
    auto name = field<std::string>(json, "name");
    if (!name) return name.error();
    const auto type = field<std::string>(json, "type");
    if (!type) return type.error();
    ResultColumn column{.name = std::move(*name), .values = {}};
    if (*type == typeNames[0]) return column;
    if (*type == typeNames[1]) column.values = std::vector<std::int64_t>();
    if (*type == typeNames[2]) column.values = std::vector<double>();
    if (column.values.index() == 0) return badField("type", "text, int64 or float64");
    return column;
}

/// Feeds the cells of rows to a hash.
class RowHash {
public:
    RowHash() : state_(XXH64_createState(), &XXH64_freeState) { XXH64_reset(state_.get(), 0); }

    void add(const std::string& text) { add(text.c_str(), text.size() + 1); } // with its zero byte
    void add(std::int64_t number) { add(&number, sizeof number); }
    void add(double number)
    {
        const auto bits = std::bit_cast<std::uint64_t>(std::isnan(number) ? unknownNumber : number);
        add(&bits, sizeof bits);
    }
    std::string digits() const { return fmt::format("{:016x}", XXH64_digest(state_.get())); }

private:
    void add(const void* data, std::size_t size) { XXH64_update(state_.get(), data, size); }

    std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state_;
};

/// Whether `cell` can stand in the column.
bool fits(const ResultColumn& column, const Json& cell)
{
    switch (column.values.index()) {
    case 0:
        return cell.is_string();
    case 1:
        return cell.is_number_integer();
    default:
        return cell.is_number() || cell.is_null();
    }
}

void append(ResultColumn& column, const Json& cell)
{
    if (auto* texts = std::get_if<std::vector<std::string>>(&column.values))
        texts->push_back(cell.get<std::string>());
    else if (auto* counts = std::get_if<std::vector<std::int64_t>>(&column.values))
        counts->push_back(cell.get<std::int64_t>());
    else
        std::get<std::vector<double>>(column.values)
            .push_back(cell.is_null() ? unknownNumber : cell.get<double>());
}

} // namespace

std::size_t ResultColumn::size() const
{
    return std::visit([](const auto& cells) { return cells.size(); }, values);
}

std::string_view typeName(const ResultColumn& column)
{
    return typeNames.at(column.values.index());
}

ResultTable ResultTable::withoutRows() const
{
    ResultTable table;
    for (const ResultColumn& column : columns)
        table.columns.push_back({.name = column.name,
                                 .values = std::visit(
                                     [](const auto& cells) {
                                         return ResultColumn::Values(
                                             std::decay_t<decltype(cells)>());
                                     },
                                     column.values)});
    return table;
}

std::string rowsHash(const ResultTable& table, std::size_t columns)
{
    RowHash hash;
    const auto hashed = std::span(table.columns).first(std::min(columns, table.columns.size()));
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (const ResultColumn& column : hashed)
            std::visit([&](const auto& cells) { hash.add(cells[row]); }, column.values);
    return hash.digits();
}

Json columnsJson(const ResultTable& table)
{
    Json columns = Json::array();
    for (const ResultColumn& column : table.columns)
        columns.push_back({{"name", column.name}, {"type", typeName(column)}});
    return columns;
}

Result<ResultTable> tableFromColumns(const Json& columns)
{
    if (!columns.is_array() || columns.size() > maxTableColumns)
        return badField("columns", fmt::format("an array of at most {} columns", maxTableColumns));
    ResultTable table;
    for (const Json& json : columns) {
        auto column = columnOf(json);
        if (!column) return column.error();
        table.columns.push_back(std::move(*column));
    }
    return table;
}

Json rowJson(const ResultTable& table, std::size_t row)
{
    Json cells = Json::array();
    for (const ResultColumn& column : table.columns)
        std::visit([&](const auto& values) { cells.push_back(values[row]); }, column.values);
    return cells;
}

Result<void> appendRow(ResultTable& table, const Json& cells)
{
    if (!cells.is_array() || cells.size() != table.columns.size())
        return badField("rows", fmt::format("arrays of {} cells", table.columns.size()));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!fits(table.columns[i], cells[i]))
            return badField("rows", fmt::format("{} in column {}", typeName(table.columns[i]),
                                                excerpt(table.columns[i].name)));
    for (std::size_t i = 0; i < cells.size(); ++i)
        append(table.columns[i], cells[i]);
    return {};
}

} // namespace spillway
