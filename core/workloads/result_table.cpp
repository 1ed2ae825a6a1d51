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

struct CellType {
    std::string_view name;
    std::size_t index; ///< of ResultColumn::Values
    ResultMeaning meaning;
};
constexpr std::array<CellType, 6> cellTypes{{{"text", 0, ResultMeaning::Plain},
                                             {"int64", 1, ResultMeaning::Plain},
                                             {"float64", 2, ResultMeaning::Plain},
                                             {"bool", 1, ResultMeaning::Bool},
                                             {"date", 0, ResultMeaning::Date},
                                             {"timestamp", 0, ResultMeaning::Timestamp}}};

ResultColumn::Values emptyValues(std::size_t index)
{
    if (index == 0) return std::vector<std::string>();
    if (index == 1) return std::vector<std::int64_t>();
    return std::vector<double>();
}

Result<ResultColumn> columnOf(const Json& json)
{
    auto name = field<std::string>(json, "name");
    if (!name) return name.error();
    const auto type = field<std::string>(json, "type");
    if (!type) return type.error();
    const auto known = std::ranges::find(cellTypes, *type, &CellType::name);
    if (known == cellTypes.end())
        return badField("type", "text, int64, float64, bool, date or timestamp");
    return ResultColumn{
        .name = std::move(*name), .values = emptyValues(known->index), .meaning = known->meaning};
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
    void addMissing()
    {
        constexpr unsigned char mark = 255;
        add(&mark, sizeof mark);
    }
    std::string digits() const { return fmt::format("{:016x}", XXH64_digest(state_.get())); }

private:
    void add(const void* data, std::size_t size) { XXH64_update(state_.get(), data, size); }

    std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state_;
};

/// Whether `text` has digits and separators where `pattern` has them: '0' is a digit.
bool isWritten(std::string_view text, std::string_view pattern)
{
    return text.size() == pattern.size() &&
           std::ranges::equal(text, pattern, [](char c, char expected) {
               return expected == '0' ? c >= '0' && c <= '9' : c == expected;
           });
}

bool fits(const ResultColumn& column, const std::string& text)
{
    if (column.meaning == ResultMeaning::Date) return isWritten(text, "0000-00-00");
    if (column.meaning == ResultMeaning::Timestamp)
        return isWritten(text, "0000-00-00T00:00:00") ||
               isWritten(text, "0000-00-00T00:00:00.000000");
    return true;
}

/// Whether `cell` can stand in the column.
bool fits(const ResultColumn& column, const Json& cell)
{
    if (cell.is_null()) return true;
    if (column.meaning == ResultMeaning::Bool) return cell.is_boolean();
    switch (column.values.index()) {
    case 0:
        return cell.is_string() && fits(column, cell.get_ref<const std::string&>());
    case 1:
        return cell.is_number_integer() &&
               // 2^63 and above would wrap.
               (!cell.is_number_unsigned() ||
                cell.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
    default:
        return cell.is_number();
    }
}

void append(ResultColumn& column, const Json& cell)
{
    if (auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
        numbers->push_back(cell.is_null() ? unknownNumber : cell.get<double>());
        return;
    }
    if (cell.is_null()) column.missing.resize(column.size(), false);
    if (cell.is_null() || !column.missing.empty()) column.missing.push_back(cell.is_null());
    if (auto* texts = std::get_if<std::vector<std::string>>(&column.values))
        texts->push_back(cell.is_null() ? std::string() : cell.get<std::string>());
    else
        std::get<std::vector<std::int64_t>>(column.values)
            .push_back(cell.is_null()      ? 0
                       : cell.is_boolean() ? std::int64_t(cell.get<bool>())
                                           : cell.get<std::int64_t>());
}

Json cellJson(const ResultColumn& column, std::size_t row)
{
    if (column.isMissing(row)) return {};
    if (column.meaning == ResultMeaning::Bool)
        return std::get<std::vector<std::int64_t>>(column.values)[row] != 0;
    return std::visit([&](const auto& values) { return Json(values[row]); }, column.values);
}

} // namespace

std::size_t ResultColumn::size() const
{
    return std::visit([](const auto& cells) { return cells.size(); }, values);
}

bool ResultColumn::isMissing(std::size_t row) const
{
    if (const auto* numbers = std::get_if<std::vector<double>>(&values))
        return std::isnan((*numbers)[row]);
    return !missing.empty() && missing[row];
}

std::string_view typeName(const ResultColumn& column)
{
    for (const CellType& type : cellTypes)
        if (type.index == column.values.index() && type.meaning == column.meaning) return type.name;
    return cellTypes[column.values.index()].name;
}

ResultTable ResultTable::withoutRows() const
{
    ResultTable table;
    for (const ResultColumn& column : columns)
        table.columns.push_back({.name = column.name,
                                 .values = emptyValues(column.values.index()),
                                 .meaning = column.meaning});
    return table;
}

std::string rowsHash(const ResultTable& table, std::size_t columns)
{
    RowHash hash;
    const auto hashed = std::span(table.columns).first(std::min(columns, table.columns.size()));
    for (std::size_t row = 0; row < table.rows(); ++row)
        for (const ResultColumn& column : hashed)
            if (!column.missing.empty() && column.missing[row])
                hash.addMissing();
            else
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
        cells.push_back(cellJson(column, row));
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
