#include "data/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace spillway {
namespace {

Error invalid(std::string message)
{
    return {.code = ErrorCode::InvalidArgument,
            .message = std::move(message),
            .phase = {},
            .remedy = {}};
}

/// What would make the structure of the file ambiguous.
Result<void> validateFormat(const CsvFormat& format)
{
    if (format.delimiter == format.quote)
        return invalid("The delimiter and the quote are the same character.");
    for (const char mark : {format.delimiter, format.quote})
        if (mark == '\n' || mark == '\r')
            return invalid("A line break can be neither delimiter nor quote.");
    if (format.delimiter == '\0') return invalid("The delimiter is missing.");
    return {};
}

} // namespace

std::optional<std::size_t> Schema::find(std::string_view name) const
{
    const auto found = std::ranges::find(columns, name, &Column::name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

Result<void> Schema::validate() const
{
    if (auto valid = validateFormat(format); !valid) return valid.error();
    if (columns.empty()) return invalid("The schema has no columns.");
    std::unordered_set<std::string_view> names;
    for (const Column& column : columns) {
        if (column.name.empty()) return invalid("A column has no name.");
        if (!names.insert(column.name).second)
            return invalid(fmt::format("Two columns are named \"{}\".", column.name));
    }
    return {};
}

} // namespace spillway
