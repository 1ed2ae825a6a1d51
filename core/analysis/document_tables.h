#pragma once

#include "analysis/table.h"

#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// A pipe table as GitHub and Pandoc read it; numbers right-aligned.
std::string toMarkdown(const Table& table);
/// A tabular with booktabs rules inside a table environment with the title as caption, no wider
/// than the text; above 40 rows a longtable. Empty columns are left out, and dispensable ones that
/// a page has no room for; special characters are escaped. The document needs
/// \usepackage{booktabs,graphicx,longtable}.
std::string toLatex(const Table& table);
/// An HTML <table> with a <caption>; text escaped. Empty columns are left out; those that a printed
/// page has no room for are of the class "detail".
std::string toHtml(const Table& table);

/// What a file with this ending (csv, json, md, tex) holds; nothing for another ending.
std::optional<std::string> tableFile(const Table& table, std::string_view ending);

/// A value as every text format shows it: numbers with the column's decimals, nothing as "".
std::string shown(const TableValue& value, const TableColumn& column);

} // namespace spillway
