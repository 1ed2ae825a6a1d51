#include "data/schema_guess.h"

#include "data/csv_header.h"
#include "data/csv_number.h"
#include "data/csv_text_reader.h"
#include "data/file_stamp.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace spillway {
namespace {

constexpr Bytes sampleBytes = Bytes(1) << 20;
constexpr std::size_t previewRows = 100;
constexpr std::array<char, 4> delimiters{',', ';', '\t', '|'};

using Row = std::vector<std::string>;

/// The sample read in one way.
struct Reading {
    CsvFormat format;
    std::vector<Row> rows;
    std::size_t quoted = 0; ///< fields in quotes
    std::optional<RowFault> fault;
    /// Fraction of rows as wide as the first, from two columns on; halved by a malformed row.
    double fit = 0;

    std::size_t width() const { return rows.empty() ? 0 : rows.front().size(); }
};

struct Sample {
    std::string_view text; ///< without byte order mark
    bool whole = false;    ///< it is all of the file
    Bytes offset = 0;      ///< of the text in the file
};

std::string nameOf(char delimiter)
{
    switch (delimiter) {
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "pipe";
    default:
        return quotedExcerpt({&delimiter, 1});
    }
}

Reading readAs(const Sample& sample, char delimiter, char quote)
{
    Reading reading{.format = {.delimiter = delimiter, .quote = quote}};
    CsvTextReader reader(sample.text, sample.whole, reading.format);
    while (auto row = reader.next()) {
        reading.rows.push_back(std::move(*row));
        reading.quoted += reader.quotedFields();
    }
    reading.fault = reader.fault();
    const auto same = std::ranges::count(reading.rows, reading.width(), &Row::size);
    if (reading.width() >= 2)
        reading.fit = static_cast<double>(same) / static_cast<double>(reading.rows.size());
    if (reading.fault) reading.fit /= 2;
    return reading;
}

Result<Reading> bestDelimiter(const Sample& sample, const SchemaHints& hints, char quote)
{
    if (hints.delimiter) return readAs(sample, *hints.delimiter, quote);
    std::vector<Reading> readings;
    for (const char delimiter : delimiters)
        readings.push_back(readAs(sample, delimiter, quote));
    std::ranges::stable_sort(readings, std::greater<>(), &Reading::fit);
    constexpr double plausible = 0.5;
    if (readings[0].fit < plausible) return readAs(sample, delimiters[0], quote);
    if (readings[1].fit < readings[0].fit) return std::move(readings[0]);
    std::vector<std::string> choices;
    for (const Reading& reading : readings)
        if (reading.fit == readings[0].fit)
            choices.push_back(
                fmt::format("{} ({} columns)", nameOf(reading.format.delimiter), reading.width()));
    return unreadable(fmt::format("The delimiter is ambiguous: {} fit equally well.",
                                  fmt::join(choices, " and ")),
                      "Say which one it is.");
}

/// Double quotes, unless they do not fit: then single quotes if fields are in them, or none if no
/// field is in double quotes.
Result<Reading> bestReading(const Sample& sample, const SchemaHints& hints)
{
    if (hints.quote) return bestDelimiter(sample, hints, *hints.quote);
    Result<Reading> usual = bestDelimiter(sample, hints, '"');
    if (!usual || usual->fit == 1.0 || usual->width() < 2 || usual->quoted > 0) return usual;
    const auto single = bestDelimiter(sample, hints, '\'');
    if (single && single->fit == 1.0 && single->quoted > 0) return single;
    const auto none = bestDelimiter(sample, hints, '\0');
    return none && none->fit == 1.0 ? none : usual;
}

bool isWholeNumber(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    const auto digits = text.substr(first).substr(text[first] == '-' || text[first] == '+' ? 1 : 0);
    return digits.find_first_not_of("0123456789 \t") == std::string_view::npos;
}

/// Type of the values of one column in the rows from `from` on. A column without any value is text,
/// which can never be wrong.
ColumnType typeOf(const std::vector<Row>& rows, std::size_t from, std::size_t column)
{
    bool any = false;
    bool whole = true;
    for (std::size_t i = from; i < rows.size(); ++i) {
        if (column >= rows[i].size()) continue;
        const auto number = parseNumber(rows[i][column]);
        if (number.kind == ParsedNumber::Kind::Garbage) return ColumnType::Text;
        if (number.kind == ParsedNumber::Kind::Missing) continue;
        any = true;
        whole = whole && isWholeNumber(rows[i][column]);
    }
    if (!any) return ColumnType::Text;
    return whole ? ColumnType::Integer : ColumnType::Real;
}

/// Whether the values below `first` repeat while `first` itself is none of them.
bool standsApart(const std::vector<Row>& rows, std::size_t column)
{
    std::set<std::string_view> seen;
    bool repeats = false;
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (column < rows[i].size()) repeats |= !seen.insert(rows[i][column]).second;
    return repeats && !seen.contains(rows[0][column]);
}

bool startsLikeNumber(std::string_view text)
{
    return !text.empty() &&
           std::string_view("0123456789+-.").find(text[0]) != std::string_view::npos;
}

/// Whether the values below `first` all look numeric though they are no numbers to us (dates,
/// decimal commas) while `first` does not.
bool namesNumberLike(const std::vector<Row>& rows, std::size_t column)
{
    if (startsLikeNumber(rows[0][column])) return false;
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (column < rows[i].size() && !startsLikeNumber(rows[i][column])) return false;
    return true;
}

bool namesFit(const Row& names)
{
    std::set<std::string_view> seen(names.begin(), names.end());
    return seen.size() == names.size();
}

/// Whether the first row names the columns; nothing when the sample does not tell.
std::optional<bool> guessHeader(const std::vector<Row>& rows)
{
    using Kind = ParsedNumber::Kind;
    const Row& first = rows.front();
    const auto kind = [&](std::size_t i) { return parseNumber(first[i]).kind; };
    bool hasNumber = false;
    const bool hasEmpty = std::ranges::count(first, std::string()) > 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (kind(i) == Kind::Garbage && typeOf(rows, 1, i) != ColumnType::Text) return true;
        hasNumber |= kind(i) == Kind::Number;
    }
    if (hasNumber) return false;
    if (rows.size() == 1) return true;
    if (!namesFit(first) || hasEmpty) return false;
    for (std::size_t i = 0; i < first.size(); ++i)
        if (standsApart(rows, i) || namesNumberLike(rows, i)) return true;
    return {};
}

Result<std::vector<Column>> columnsOf(const Reading& reading, const SchemaHints& hints)
{
    const bool header = reading.format.header;
    std::vector<Column> columns;
    for (std::size_t i = 0; i < reading.width(); ++i) {
        const bool named = header && !reading.rows[0][i].empty();
        columns.push_back({.name = named ? reading.rows[0][i] : unnamedColumn(i),
                           .type = typeOf(reading.rows, header ? 1 : 0, i)});
    }
    for (const auto& [name, type] : hints.types) {
        const auto found = std::ranges::find(columns, name, &Column::name);
        if (found == columns.end())
            return Error{.code = ErrorCode::InvalidArgument,
                         .message = fmt::format("There is no column {}.", name),
                         .phase = {},
                         .remedy = {}};
        found->type = type;
    }
    return columns;
}

std::string typeName(ColumnType type)
{
    return type == ColumnType::Integer ? "integer" : type == ColumnType::Real ? "real" : "text";
}

std::vector<std::string> notesOn(const SchemaGuess& guess, const Reading& reading,
                                 const SchemaHints& hints)
{
    const CsvFormat& format = guess.schema.format;
    std::vector<std::string> notes;
    if (!hints.delimiter && reading.width() > 1)
        notes.push_back(fmt::format("Delimiter {} guessed from {} rows", nameOf(format.delimiter),
                                    reading.rows.size()));
    if (reading.width() == 1) notes.push_back("No delimiter found: one column");
    if (!hints.quote && format.quote != '"')
        notes.push_back(format.quote == '\0' ? "Quotes are ordinary characters here"
                                             : "Fields are in single quotes");
    if (!hints.header)
        notes.push_back(format.header ? "The first row names the columns"
                                      : "There is no header row");
    std::vector<std::string> types;
    for (const Column& column : guess.schema.columns)
        types.push_back(column.name + " " + typeName(column.type));
    notes.push_back(fmt::format("Columns: {}", fmt::join(types, ", ")));
    return notes;
}

/// Rows that will stop a run, as far as the sample shows them.
std::optional<std::string> warning(const Sample& sample, const Reading& reading)
{
    CsvTextReader reader(sample.text, sample.whole, reading.format, reading.width());
    while (reader.next()) {
    }
    const auto& fault = reader.fault();
    if (!fault) return {};
    return fmt::format("Malformed row at byte {}, line {}, column {}: expected {}",
                       sample.offset + static_cast<Bytes>(fault->position), fault->lines + 1,
                       fault->column, fault->expectation);
}

Result<bool> headerOf(const Reading& reading, const SchemaHints& hints)
{
    if (hints.header) return *hints.header;
    const auto guessed = guessHeader(reading.rows);
    if (guessed) return *guessed;
    return unreadable(
        "It is ambiguous whether the first row names the columns: every column is text.",
        "Say whether there is a header row.");
}

Result<SchemaGuess> guessFrom(const Sample& sample, const SchemaHints& hints)
{
    auto reading = bestReading(sample, hints);
    if (!reading) return reading.error();
    if (reading->rows.empty())
        return unreadable(reading->fault ? fmt::format("The first row is malformed: expected {}.",
                                                       reading->fault->expectation)
                                         : "There is no row in the first MiB.");
    const auto header = headerOf(*reading, hints);
    if (!header) return header.error();
    reading->format.header = *header;
    auto columns = columnsOf(*reading, hints);
    if (!columns) return columns.error();
    SchemaGuess guess{.schema = {.format = reading->format, .columns = std::move(*columns)}};
    if (auto valid = guess.schema.validate(); !valid) return unreadable(valid.error().message);
    const auto first = reading->rows.begin() + (*header ? 1 : 0);
    const auto count = std::min<std::ptrdiff_t>(reading->rows.end() - first, previewRows);
    guess.preview.assign(first, first + count);
    guess.notes = notesOn(guess, *reading, hints);
    if (auto text = warning(sample, *reading)) guess.notes.push_back(std::move(*text));
    return guess;
}

} // namespace

Result<SchemaGuess> guessSchema(const std::filesystem::path& path, const SchemaHints& hints)
{
    const auto text = readBeginning(path, sampleBytes);
    if (!text) return text.error();
    const Bytes mark = byteOrderMarkLength(*text);
    const Sample sample{.text = std::string_view(*text).substr(static_cast<std::size_t>(mark)),
                        .whole = static_cast<Bytes>(text->size()) < sampleBytes,
                        .offset = mark};
    auto guess = guessFrom(sample, hints);
    if (guess) return guess;
    Error error = guess.error();
    error.message = path.string() + ": " + error.message;
    return error;
}

} // namespace spillway
