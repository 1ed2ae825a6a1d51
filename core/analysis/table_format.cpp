#include "analysis/display_width.h"
#include "analysis/table.h"
#include "base/escape.h"
#include "base/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr int narrowestColumn = 6;
constexpr int readableColumn =
    16; // words are truncated no further while whole columns can be dropped instead
constexpr std::string_view columnGap = "  ";

bool isText(const TableValue& value)
{
    return std::holds_alternative<std::string>(value);
}

bool isEmpty(const TableValue& value)
{
    return std::holds_alternative<std::monostate>(value);
}

std::string csvValue(const TableValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) return csvField(*text);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* number = std::get_if<double>(&value))
        return std::isfinite(*number) ? fmt::format("{}", *number) : std::string();
    return {};
}

std::string tableText(const TableValue& value, const TableColumn& column)
{
    if (const auto* text = std::get_if<std::string>(&value)) return terminalText(*text);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return formatCount(*whole);
    if (const auto* number = std::get_if<double>(&value))
        return std::isfinite(*number) ? fmt::format("{:.{}f}", *number, column.decimals) : "–";
    return {};
}

struct TextColumn {
    std::size_t index = 0;
    bool text = false;    ///< left-aligned; numbers stand to the right
    bool figures = false; ///< text that is never cut
    int dispensable = 0;
    int width = 0;
};

/// The columns that hold anything, each as wide as its widest value.
std::vector<TextColumn> textColumns(const Table& table)
{
    std::vector<TextColumn> columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto& asked = table.columns[i];
        TextColumn column{i, false, asked.figures, asked.dispensable, displayWidth(asked.title)};
        bool used = table.rows.empty();
        for (const auto& row : table.rows) {
            if (i >= row.size() || isEmpty(row[i])) continue;
            used = true;
            column.text = column.text || isText(row[i]);
            column.width =
                std::max(column.width, displayWidth(tableText(row[i], table.columns[i])));
        }
        if (used) columns.push_back(column);
    }
    return columns;
}

int totalWidth(const std::vector<TextColumn>& columns)
{
    int total = 0;
    for (const auto& column : columns)
        total += column.width + (total > 0 ? static_cast<int>(columnGap.size()) : 0);
    return total;
}

/// Narrows the widest column of words, one step at a time, until the table fits or all are `floor`
/// wide.
void shrink(std::vector<TextColumn>& columns, int width, int floor)
{
    for (int excess = totalWidth(columns) - width; excess > 0; --excess) {
        TextColumn* widest = nullptr;
        for (auto& column : columns)
            if (column.text && !column.figures && column.width > floor &&
                (!widest || column.width > widest->width))
                widest = &column;
        if (!widest) return;
        --widest->width;
    }
}

/// The columns that `width` has room for, most dispensable ones left out.
std::vector<TextColumn> fittingColumns(const Table& table, int width)
{
    for (auto columns = textColumns(table);;) {
        auto narrowed = columns;
        shrink(narrowed, width, readableColumn);
        if (totalWidth(narrowed) <= width) return narrowed;
        const auto first = std::ranges::max_element(columns, {}, &TextColumn::dispensable);
        if (first == columns.end() || first->dispensable == 0) {
            shrink(columns, width, narrowestColumn);
            return columns;
        }
        columns.erase(first);
    }
}

/// "Columns left out because the terminal is too narrow: Set-up s." or nothing.
std::string leftOutLine(const Table& table, const std::vector<TextColumn>& shownColumns)
{
    std::vector<std::string> titles;
    for (const auto& column : textColumns(table))
        if (std::ranges::find(shownColumns, column.index, &TextColumn::index) == shownColumns.end())
            titles.push_back(table.columns[column.index].title);
    if (titles.empty()) return {};
    return fmt::format("Columns left out because the terminal is too narrow: {}.\n",
                       terminalText(fmt::format("{}", fmt::join(titles, ", "))));
}

std::string padded(const std::string& text, const TextColumn& column)
{
    const auto cut = fitted(text, column.width);
    const std::string space(static_cast<std::size_t>(column.width - displayWidth(cut)), ' ');
    return column.text ? cut + space : space + cut;
}

std::string withoutTrailingSpace(std::string line)
{
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

template <class CellText>
std::string textLine(const std::vector<TextColumn>& columns, CellText cellText)
{
    std::string line;
    for (const auto& column : columns) {
        if (&column != &columns.front()) line += columnGap;
        line += padded(cellText(column.index), column);
    }
    return withoutTrailingSpace(std::move(line)) + "\n";
}

} // namespace

std::string toCsv(const Table& table)
{
    std::string csv;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        csv += (i ? "," : "") + csvField(table.columns[i].id);
    csv += "\r\n";
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            csv += (i ? "," : "") + csvValue(row[i]);
        csv += "\r\n";
    }
    return csv;
}

Json toJson(const Table& table)
{
    Json columns = Json::array();
    for (const auto& column : table.columns)
        columns.push_back({{"id", column.id}, {"title", column.title}});
    Json rows = Json::array();
    for (const auto& row : table.rows) {
        Json object = Json::object();
        for (std::size_t i = 0; i < row.size() && i < table.columns.size(); ++i)
            std::visit(
                [&](const auto& value) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
                        object[table.columns[i].id] = nullptr;
                    else
                        object[table.columns[i].id] = value;
                },
                row[i]);
        rows.push_back(std::move(object));
    }
    return {{"title", table.title}, {"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

std::string toText(const Table& table, int width)
{
    const auto columns = fittingColumns(table, width);
    std::string text = textLine(columns, [&](std::size_t i) { return table.columns[i].title; });
    for (const auto& row : table.rows)
        text += textLine(columns, [&](std::size_t i) {
            return i < row.size() ? tableText(row[i], table.columns[i]) : std::string();
        });
    return text + leftOutLine(table, columns);
}

} // namespace spillway
