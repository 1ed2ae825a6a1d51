#include "analysis/document_tables.h"

#include "analysis/display_width.h"
#include "base/escape.h"
#include "base/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

// Width that fits a page: a wider table is shrunk to the text's width, down to about 6 points.
constexpr int pageWidth = 110; // characters
constexpr std::size_t pageRows = 40;

bool isNumeric(const Table& table, std::size_t column)
{
    for (const auto& row : table.rows)
        if (std::holds_alternative<std::string>(row[column])) return false;
    return true;
}

/// Characters of the widest value of a column that holds anything; 0 for an empty one.
int usedWidth(const Table& table, std::size_t column)
{
    int width = 0;
    for (const auto& row : table.rows)
        width = std::max(width, displayWidth(shown(row[column], table.columns[column])));
    return width == 0 ? 0 : std::max(width, displayWidth(table.columns[column].title));
}

/// The columns that hold anything and that a page has room for, most dispensable ones left out.
std::vector<std::size_t> pageColumns(const Table& table)
{
    std::vector<std::size_t> columns;
    int total = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (const int width = usedWidth(table, c); width > 0 || table.rows.empty()) {
            columns.push_back(c);
            total += width + 2;
        }
    const auto dispensable = [&](std::size_t c) { return table.columns[c].dispensable; };
    while (total > pageWidth) {
        const auto first = std::ranges::max_element(columns, {}, dispensable);
        if (first == columns.end() || dispensable(*first) == 0) break;
        total -= usedWidth(table, *first) + 2;
        columns.erase(first);
    }
    return columns;
}

/// "% Left out …" or nothing.
std::string leftOutComment(const Table& table, const std::vector<std::size_t>& columns)
{
    std::vector<std::string> titles;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (std::ranges::find(columns, c) == columns.end() && usedWidth(table, c) > 0)
            titles.push_back(table.columns[c].title);
    if (titles.empty()) return {};
    return fmt::format("% Columns left out because the table would be too wide: {}.\n",
                       latexText(fmt::format("{}", fmt::join(titles, ", "))));
}

struct HtmlColumn {
    std::size_t index = 0;
    std::string attribute; ///< ` class="number detail"`, or nothing
};

/// The columns that hold anything. What needs a look at all rows is found here, once a table.
std::vector<HtmlColumn> htmlColumns(const Table& table)
{
    const auto printed = pageColumns(table);
    std::vector<HtmlColumn> columns;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        if (usedWidth(table, c) == 0 && !table.rows.empty()) continue;
        std::string classes = isNumeric(table, c) ? "number" : "";
        if (std::ranges::find(printed, c) == printed.end())
            classes += classes.empty() ? "detail" : " detail";
        columns.push_back({c, classes.empty() ? "" : " class=\"" + classes + "\""});
    }
    return columns;
}

} // namespace

std::string shown(const TableValue& value, const TableColumn& column)
{
    if (const auto* number = std::get_if<double>(&value))
        return std::isfinite(*number) ? fmt::format("{:.{}f}", *number, column.decimals) : "";
    if (const auto* count = std::get_if<std::int64_t>(&value)) return std::to_string(*count);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return {};
}

std::string toMarkdown(const Table& table)
{
    std::string head = "|";
    std::string rule = "|";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        head += " " + markdownText(table.columns[c].title) + " |";
        rule += isNumeric(table, c) ? " ---: |" : " --- |";
    }
    std::string text = head + "\n" + rule + "\n";
    for (const auto& row : table.rows) {
        text += "|";
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            text += " " + markdownText(shown(row[c], table.columns[c])) + " |";
        text += "\n";
    }
    return text;
}

std::string toLatex(const Table& table)
{
    const auto columns = pageColumns(table);
    const auto line = [&](auto cell) {
        std::string text;
        for (const auto c : columns)
            text += (text.empty() ? "  " : " & ") + latexText(cell(c));
        return text + " \\\\\n";
    };
    std::string alignment;
    for (const auto c : columns)
        alignment += isNumeric(table, c) ? 'r' : 'l';
    const std::string caption = "\\caption{" + latexText(table.title) + "}";
    const std::string head = "  \\toprule\n" +
                             line([&](std::size_t c) { return table.columns[c].title; }) +
                             "  \\midrule\n";
    std::string body;
    for (const auto& row : table.rows)
        body += line([&](std::size_t c) { return shown(row[c], table.columns[c]); });
    const std::string needs =
        "% needs \\usepackage{booktabs,graphicx,longtable}\n" + leftOutComment(table, columns);
    if (table.rows.size() > pageRows)
        return needs + "{\\tiny\\setlength{\\tabcolsep}{3pt}\n\\begin{longtable}{" + alignment +
               "}\n  " + caption + " \\\\\n" + head + "  \\endhead\n" + body +
               "  \\bottomrule\n\\end{longtable}}\n";
    return needs + "\\begin{table}\n  \\centering\n  " + caption +
           "\n  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n"
           "  \\begin{tabular}{" +
           alignment + "}\n" + head + body + "  \\bottomrule\n  \\end{tabular}}\n\\end{table}\n";
}

std::string toHtml(const Table& table)
{
    const auto columns = htmlColumns(table);
    const auto line = [&](std::string_view tag, auto cell) {
        std::string text = "<tr>";
        for (const auto& column : columns)
            text += fmt::format("<{}{}>{}</{}>", tag, column.attribute,
                                htmlText(cell(column.index)), tag);
        return text + "</tr>";
    };
    std::string text = "<table><caption>" + htmlText(table.title) + "</caption>\n<thead>" +
                       line("th", [&](std::size_t c) { return table.columns[c].title; }) +
                       "</thead>\n<tbody>\n";
    for (const auto& row : table.rows)
        text += line("td", [&](std::size_t c) { return shown(row[c], table.columns[c]); }) + "\n";
    return text + "</tbody></table>\n";
}

std::optional<std::string> tableFile(const Table& table, std::string_view ending,
                                     const std::string& methods)
{
    if (ending == "csv") return toCsv(table);
    if (ending == "json") {
        Json json = toJson(table);
        if (!methods.empty()) json["methods"] = methods;
        return toLine(json) + "\n";
    }
    if (ending == "md")
        return toMarkdown(table) + (methods.empty() ? "" : "\n" + markdownText(methods) + "\n");
    if (ending == "tex")
        return (methods.empty() ? "" : "% " + latexText(methods) + "\n") + toLatex(table);
    return std::nullopt;
}

} // namespace spillway
