#pragma once

#include "analysis/table.h"

#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// A pipe table as GitHub and Pandoc read it; numbers right-aligned.
std::string toMarkdown(const Table& table);
/// A tabular with booktabs rules inside a table environment with the title as caption, no wider
/// than the text; above 40 rows a longtable. Empty columns are left out, as are dispensable ones
/// that do not fit the page; special characters are escaped. The document needs
/// \usepackage{booktabs,graphicx,longtable}.
std::string toLatex(const Table& table);
/// An HTML <table> with a <caption>; text escaped. Empty columns are left out; those that do not
/// fit a printed page get the class "detail".
std::string toHtml(const Table& table);

/// Content of a file with this extension (csv, json, md, tex); nothing for any other. `methods`,
/// how the figures were obtained, goes with it: as a field in JSON, below the table in Markdown, as
/// a comment in LaTeX. CSV has no place for it.
std::optional<std::string> tableFile(const Table& table, std::string_view ending,
                                     const std::string& methods = {});

/// A value as shown in every text format: numbers with the column's decimals, nothing as "".
std::string shown(const TableValue& value, const TableColumn& column);

} // namespace spillway
