#include "analysis/document_tables.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace spillway {
namespace {

bool isNumeric(const Table& table, std::size_t column)
{
    for (const auto& row : table.rows)
        if (std::holds_alternative<std::string>(row[column])) return false;
    return true;
}

std::string replaced(const std::string& text, const std::map<char, std::string_view>& replacements)
{
    std::string result;
    for (const char c : text) {
        const auto found = replacements.find(c);
        if (found == replacements.end())
            result += c;
        else
            result += found->second;
    }
    return result;
}

std::string escapedMarkdown(const std::string& text)
{
    return replaced(
        text, {{'|', "\\|"}, {'\n', " "}, {'*', "\\*"}, {'_', "\\_"}, {'`', "\\`"}, {'<', "&lt;"}});
}

std::string escapedLatex(const std::string& text)
{
    return replaced(text, {{'\\', "\\textbackslash{}"},
                           {'&', "\\&"},
                           {'%', "\\%"},
                           {'$', "\\$"},
                           {'#', "\\#"},
                           {'_', "\\_"},
                           {'{', "\\{"},
                           {'}', "\\}"},
                           {'~', "\\textasciitilde{}"},
                           {'^', "\\textasciicircum{}"},
                           {'<', "\\textless{}"},
                           {'>', "\\textgreater{}"},
                           {'\n', " "}});
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

std::string escapedHtml(const std::string& text)
{
    return replaced(
        text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}});
}

std::string toMarkdown(const Table& table)
{
    std::string head = "|";
    std::string rule = "|";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        head += " " + escapedMarkdown(table.columns[c].title) + " |";
        rule += isNumeric(table, c) ? " ---: |" : " --- |";
    }
    std::string text = head + "\n" + rule + "\n";
    for (const auto& row : table.rows) {
        text += "|";
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            text += " " + escapedMarkdown(shown(row[c], table.columns[c])) + " |";
        text += "\n";
    }
    return text;
}

std::string toLatex(const Table& table)
{
    std::string alignment;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        alignment += isNumeric(table, c) ? 'r' : 'l';
    const auto line = [&](auto cell) {
        std::string text;
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            text += (c ? " & " : "  ") + escapedLatex(cell(c));
        return text + " \\\\\n";
    };
    std::string text =
        "% needs \\usepackage{booktabs}\n\\begin{table}\n  \\centering\n  \\caption{" +
        escapedLatex(table.title) + "}\n  \\begin{tabular}{" + alignment + "}\n  \\toprule\n";
    text += line([&](std::size_t c) { return table.columns[c].title; }) + "  \\midrule\n";
    for (const auto& row : table.rows)
        text += line([&](std::size_t c) { return shown(row[c], table.columns[c]); });
    return text + "  \\bottomrule\n  \\end{tabular}\n\\end{table}\n";
}

std::string toHtml(const Table& table)
{
    std::string text = "<table><caption>" + escapedHtml(table.title) + "</caption>\n<thead><tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c)
        text += fmt::format("<th{}>{}</th>", isNumeric(table, c) ? " class=\"number\"" : "",
                            escapedHtml(table.columns[c].title));
    text += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        text += "<tr>";
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            text += fmt::format("<td{}>{}</td>", isNumeric(table, c) ? " class=\"number\"" : "",
                                escapedHtml(shown(row[c], table.columns[c])));
        text += "</tr>\n";
    }
    return text + "</tbody></table>\n";
}

} // namespace spillway
