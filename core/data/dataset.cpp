#include "data/dataset.h"

#include "data/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace spillway {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t mostSkippedRows = 1'000'000;
constexpr std::size_t mostMissingWords = 100;
constexpr std::size_t longestMissingWord = 100;

/// The characters that give a file its structure, and what they are called.
Result<void> validateMarks(const CsvFormat& format)
{
    struct Mark {
        char byte;
        std::string_view name;
    };
    const std::array<Mark, 4> marks{{{format.delimiter, "delimiter"},
                                     {format.quote, "quote"},
                                     {format.comment, "comment character"},
                                     {format.decimal, "decimal mark"}}};
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (marks[i].byte == '\n' || marks[i].byte == '\r')
            return invalidArgument(fmt::format("A line break cannot be the {}.", marks[i].name));
        for (std::size_t j = 0; j < i; ++j)
            if (marks[i].byte != '\0' && marks[i].byte == marks[j].byte)
                return invalidArgument(fmt::format("The {} and the {} are the same character.",
                                                   marks[j].name, marks[i].name));
    }
    if (format.delimiter == '\0') return invalidArgument("The delimiter is missing.");
    return {};
}

/// What would make the reading of a file ambiguous.
Result<void> validateFormat(const CsvFormat& format)
{
    if (auto valid = validateMarks(format); !valid) return valid;
    if (format.decimal != '.' && format.decimal != ',')
        return invalidArgument("The decimal mark must be a point or a comma.");
    if (format.skipRows < 0 || format.skipRows > mostSkippedRows)
        return invalidArgument(
            fmt::format("From 0 to {} lines can be skipped before the header.", mostSkippedRows));
    if (!format.missing) return {};
    if (format.missing->size() > mostMissingWords)
        return invalidArgument(
            fmt::format("At most {} words for missing values are allowed.", mostMissingWords));
    for (const auto& word : *format.missing)
        if (word.size() > longestMissingWord || word.find_first_of("\r\n\0"sv) != word.npos)
            return invalidArgument(
                fmt::format("A word for a missing value has at most {} bytes and no line break.",
                            longestMissingWord));
    return {};
}

/// The names of all types, in the order of the enumeration.
constexpr std::array<std::string_view, 6> typeNames{"integer", "real", "text",
                                                    "boolean", "date", "timestamp"};

} // namespace

std::string_view name(FileFormat format)
{
    return format == FileFormat::Parquet ? "parquet" : "csv";
}

std::string_view name(ColumnType type)
{
    return typeNames[static_cast<std::size_t>(type)];
}

std::optional<ColumnType> columnTypeFromName(std::string_view name)
{
    const auto found = std::ranges::find(typeNames, name);
    if (found == typeNames.end()) return std::nullopt;
    return static_cast<ColumnType>(found - typeNames.begin());
}

bool isNumber(ColumnType type)
{
    return type == ColumnType::Integer || type == ColumnType::Real;
}

std::string_view name(TextEncoding encoding)
{
    switch (encoding) {
    case TextEncoding::Utf8:
        return "utf-8";
    case TextEncoding::Latin1:
        return "latin-1";
    case TextEncoding::Windows1252:
        return "windows-1252";
    }
    return "utf-8";
}

std::optional<TextEncoding> encodingFromName(std::string_view name)
{
    std::string plain;
    for (const char byte : name)
        if (byte != '-' && byte != '_' && byte != ' ')
            plain += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    if (plain == "utf8" || plain == "ascii" || plain == "usascii") return TextEncoding::Utf8;
    if (plain == "latin1" || plain == "iso88591") return TextEncoding::Latin1;
    if (plain == "windows1252" || plain == "cp1252") return TextEncoding::Windows1252;
    return {};
}

const std::string& originOf(const Dataset& dataset)
{
    return dataset.origin.empty() ? dataset.fingerprint : dataset.origin;
}

FileFormat formatOf(const Dataset& dataset)
{
    const auto isParquet = [](const DataTable& table) {
        return table.schema.files == FileFormat::Parquet;
    };
    return std::ranges::all_of(dataset.tables, isParquet) ? dataset.schema.files : FileFormat::Csv;
}

const Dataset& noData()
{
    static const Dataset nothing{.name = "this machine",
                                 .fingerprint = *sampledFingerprint({})}; // nothing is read
    return nothing;
}

bool isNoData(const Dataset& dataset)
{
    return dataset.paths.empty();
}

std::optional<std::size_t> Schema::find(std::string_view name) const
{
    const auto found = std::ranges::find(columns, name, &Column::name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

Result<void> Schema::validate() const
{
    if (auto valid = validateFormat(format); !valid) return valid.error();
    if (columns.empty()) return invalidArgument("The schema has no columns.");
    std::unordered_set<std::string_view> names;
    for (const Column& column : columns) {
        if (column.name.empty()) return invalidArgument("A column has no name.");
        if (!names.insert(column.name).second)
            return invalidArgument(fmt::format("Two columns are named \"{}\".", column.name));
    }
    for (const auto& folder : folders)
        if (!names.contains(folder))
            return invalidArgument(fmt::format("The folders \"{}=…\" are no column.", folder));
    return {};
}

} // namespace spillway
