#include "data/schema_guess.h"

#include "base/name_list.h"
#include "data/column_sample.h"
#include "data/csv_header.h"
#include "data/csv_text_reader.h"
#include "data/dialect_guess.h"
#include "data/file_stamp.h"
#include "data/text_encoding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace spillway {
namespace {

constexpr Bytes beginningBytes = Bytes(1) << 20;
constexpr std::size_t previewRows = 100;

/// What is known of a file while its schema is made.
struct Guess {
    SchemaGuess result;
    SchemaHints hints;
    CsvFormat format;
    Sample sample;
    std::vector<ColumnSample> columns;

    void note(std::string text) { result.notes.push_back(std::move(text)); }
};

CsvFormat formatOf(const SchemaHints& hints)
{
    CsvFormat format;
    format.delimiter = hints.delimiter.value_or(format.delimiter);
    format.quote = hints.quote.value_or(format.quote);
    format.comment = hints.comment.value_or(format.comment);
    format.skipRows = hints.skipRows.value_or(format.skipRows);
    format.decimal = hints.decimal.value_or(format.decimal);
    format.encoding = hints.encoding.value_or(format.encoding);
    format.missing = hints.missing;
    return format;
}

/// Position of the first byte that is no UTF-8; a character that the sample's end cuts is none.
std::size_t badByte(const Sample& sample)
{
    constexpr std::size_t longestRest = 3;
    const std::size_t bad = firstBadUtf8(sample.text);
    const bool cut = !sample.whole && sample.text.size() - bad <= longestRest;
    return cut ? sample.text.size() : bad;
}

void settleEncoding(Guess& guess)
{
    if (guess.hints.encoding) return;
    const std::size_t bad = badByte(guess.sample);
    guess.format.encoding = guessEncoding(guess.sample.text, bad);
    if (guess.format.encoding == TextEncoding::Utf8) return;
    guess.note(fmt::format("Encoding {}, guessed because byte {} is not UTF-8 (--encoding)",
                           name(guess.format.encoding),
                           guess.sample.offset + static_cast<Bytes>(bad)));
}

/// Leaves out the lines before the header; a line that names the delimiter is one.
Result<void> skipLines(Guess& guess)
{
    const auto delimiter = delimiterLine(guess.sample.text);
    if (delimiter && !guess.hints.skipRows) {
        guess.format.skipRows = 1;
        if (!guess.hints.delimiter) guess.hints.delimiter = guess.format.delimiter = *delimiter;
        guess.note(fmt::format("The first line names the delimiter, {} (--skip-rows, --delimiter)",
                               delimiterName(*delimiter)));
    }
    Sample& sample = guess.sample;
    const auto begin = afterLines(sample.text, guess.format.skipRows);
    if (!begin)
        return unreadable(fmt::format("There are fewer than the {} lines to be skipped in the "
                                      "first MiB.",
                                      guess.format.skipRows),
                          "Give fewer with --skip-rows.");
    sample.text.remove_prefix(*begin);
    sample.offset += static_cast<Bytes>(*begin);
    sample.lines = guess.format.skipRows;
    return {};
}

Result<bool> headerOf(const Reading& reading, const SchemaHints& hints)
{
    if (hints.header) return *hints.header;
    const auto guessed = guessHeader(reading);
    if (guessed) return *guessed;
    return unreadable(
        "It is ambiguous whether the first row names the columns: every column is text.",
        "Say whether there is a header row: --header yes or --header no.");
}

Error faultError(const Guess& guess, const std::filesystem::path& path, const RowFault& fault)
{
    return malformed(path, guess.sample.offset + static_cast<Bytes>(fault.position),
                     guess.sample.lines + static_cast<std::int64_t>(fault.lines) + 1, fault.column,
                     fault.expectation);
}

/// Names in UTF-8, each of its own; what was changed is noted.
Result<std::vector<std::string>> namesOf(Guess& guess, const Reading& reading)
{
    if (!reading.format.header) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < reading.width(); ++i)
            names.push_back(unnamedColumn(i));
        return names;
    }
    const auto& header = reading.rows.front();
    auto names = columnNames(header, reading.format.encoding);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (firstBadUtf8(names[i]) < names[i].size())
            return unreadable(fmt::format("The name of column {}, {}, is not UTF-8.", i + 1,
                                          quotedExcerpt(names[i])),
                              "Say what it is: --encoding latin-1 or --encoding windows-1252.");
        if (!header[i].empty() && names[i] != toUtf8(header[i], reading.format.encoding))
            guess.note(fmt::format("Column {} is renamed {}: another one is named {}", i + 1,
                                   names[i], toUtf8(header[i], reading.format.encoding)));
    }
    return names;
}

/// The value that makes the column a text one, where it lies in the file.
TextValue textValue(const Guess& guess, const Reading& reading, std::size_t column, std::size_t row)
{
    CsvTextReader reader(guess.sample.text.substr(reading.begins[row]), guess.sample.whole,
                         reading.format);
    reader.next();
    const FieldSpan& field = reader.fields()[column];
    return {.value = quotedExcerpt(toUtf8(reading.rows[row][column], reading.format.encoding)),
            .offset = guess.sample.offset + static_cast<Bytes>(reading.begins[row] + field.begin),
            .line = guess.sample.lines +
                    static_cast<std::int64_t>(reading.lines[row] + field.lines) + 1,
            .file = {}};
}

Result<void> settleColumns(Guess& guess, const Reading& reading)
{
    const auto names = namesOf(guess, reading);
    if (!names) return names.error();
    const std::size_t from = reading.format.header ? 1 : 0;
    for (std::size_t i = 0; i < reading.width(); ++i) {
        const auto sample = sampleColumn(reading.rows, from, i, numberFormat(reading.format));
        guess.result.schema.columns.push_back({.name = (*names)[i], .type = sample.type()});
        if (sample.firstText)
            guess.result.textValues[(*names)[i]] = textValue(guess, reading, i, *sample.firstText);
        guess.columns.push_back(sample);
    }
    return {};
}

/// What the rest of the file says: types of columns that are empty at the beginning, whole numbers
/// that are none further on. A text among numbers changes nothing: it may be a fault of the file.
Result<void> lookFurther(Guess& guess, const std::filesystem::path& path)
{
    const auto stamp = stampOf(path);
    if (!stamp) return stamp.error();
    Schema& schema = guess.result.schema;
    const auto further =
        sampleFurther(path, beginningBytes, stamp->size, schema.format, schema.columns.size());
    if (!further) return further.error();
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
        const ColumnSample& before = guess.columns[i];
        const ColumnSample& after = further->columns[i];
        Column& column = schema.columns[i];
        const auto& text = further->texts[i];
        if (before.firstText) continue;
        if (!before.any)
            column.type = after.type();
        else if (after.any && !after.whole)
            column.type = ColumnType::Real;
        if (!text) continue;
        if (column.type == ColumnType::Text)
            guess.result.textValues[column.name] = *text;
        else
            guess.note(
                fmt::format("{} is read as numbers, but holds {} at byte {} (--column {}=text)",
                            column.name, text->value, text->offset, column.name));
    }
    if (!further->badUtf8 || schema.format.encoding != TextEncoding::Utf8) return {};
    if (guess.hints.encoding || !isAscii(guess.sample.text)) {
        guess.note(fmt::format("Byte {} is not UTF-8 (--encoding latin-1 or windows-1252)",
                               *further->badUtf8));
        return {};
    }
    schema.format.encoding = further->encoding;
    guess.note(fmt::format("Encoding {}, guessed because byte {} is not UTF-8 (--encoding)",
                           name(further->encoding), *further->badUtf8));
    return {};
}

Result<void> applyTypes(Guess& guess)
{
    auto& columns = guess.result.schema.columns;
    for (const auto& [name, type] : guess.hints.types) {
        const auto found = std::ranges::find(columns, name, &Column::name);
        if (found == columns.end()) {
            std::vector<std::string> names;
            for (const auto& column : columns)
                names.push_back(column.name);
            return invalidArgument(fmt::format("There is no column {}.", name),
                                   fmt::format("The columns are {}.", fmt::join(names, ", ")));
        }
        found->type = type;
    }
    return {};
}

void noteDialect(Guess& guess, const Reading& reading)
{
    const CsvFormat& format = reading.format;
    const SchemaHints& hints = guess.hints;
    if (!hints.delimiter && reading.width() > 1)
        guess.note(fmt::format("Delimiter {} guessed from {} rows (--delimiter)",
                               delimiterName(format.delimiter), reading.rows.size()));
    if (!hints.delimiter && reading.width() == 1)
        guess.note("No delimiter found: one column (--delimiter)");
    if (!hints.quote && format.quote != '"')
        guess.note(format.quote == '\0' ? "Quotes are ordinary characters here (--quote)"
                                        : "Fields are in single quotes (--quote)");
    if (!hints.comment && format.comment != '\0')
        guess.note("Lines that begin with # are comments (--comment)");
    if (!hints.decimal && format.decimal != '.')
        guess.note("Numbers have a decimal comma (--decimal)");
    if (hints.header) return;
    if (format.header) return guess.note("The first row names the columns (--header)");
    const auto numbers = numberFormat(format);
    const auto& first = reading.rows.front();
    const auto number = std::ranges::find_if(first, [&](const std::string& field) {
        return parseNumber(field, numbers).kind == ParsedNumber::Kind::Number;
    });
    const std::string why =
        number == first.end() ? "" : fmt::format(", as the first row holds {}", *number);
    guess.note(fmt::format("No row names the columns{} (--header yes if the first row does)", why));
}

/// A row that will stop a run, as far as the sample shows it.
void noteFault(Guess& guess, const Reading& reading, const std::filesystem::path& path)
{
    const Sample& sample = guess.sample;
    CsvTextReader reader(sample.text, sample.whole, reading.format, reading.width());
    while (reader.next()) {
    }
    const auto& fault = reader.fault();
    if (!fault) return;
    guess.result.fault = faultError(guess, path, *fault);
    guess.note(fmt::format("Malformed row at byte {}, line {}, column {}: expected {}",
                           sample.offset + static_cast<Bytes>(fault->position),
                           sample.lines + static_cast<std::int64_t>(fault->lines) + 1,
                           fault->column, fault->expectation));
}

void keepPreview(Guess& guess, const Reading& reading)
{
    const auto first = reading.rows.begin() + (reading.format.header ? 1 : 0);
    const auto count = std::min<std::ptrdiff_t>(reading.rows.end() - first, previewRows);
    guess.result.preview.assign(first, first + count);
    for (auto& row : guess.result.preview)
        for (auto& field : row)
            field = toUtf8(field, reading.format.encoding);
}

Result<void> guessFrom(Guess& guess, const std::filesystem::path& path)
{
    settleEncoding(guess);
    if (auto skipped = skipLines(guess); !skipped) return skipped;
    auto reading = bestReading(guess.sample, guess.format, guess.hints);
    if (!reading) return reading.error();
    if (reading->rows.empty() && reading->fault) return faultError(guess, path, *reading->fault);
    if (reading->rows.empty()) return unreadable("There is no row in the first MiB.");
    const auto header = headerOf(*reading, guess.hints);
    if (!header) return header.error();
    reading->format.header = *header;
    guess.result.schema.format = reading->format;
    noteDialect(guess, *reading);
    if (auto settled = settleColumns(guess, *reading); !settled) return settled;
    if (!guess.sample.whole)
        if (auto looked = lookFurther(guess, path); !looked) return looked;
    if (auto applied = applyTypes(guess); !applied) return applied;
    if (auto valid = guess.result.schema.validate(); !valid)
        return unreadable(valid.error().message);
    if (auto types = typesNote(guess.result.schema, guess.hints)) guess.note(std::move(*types));
    keepPreview(guess, *reading);
    guess.result.goesOn = !guess.sample.whole;
    noteFault(guess, *reading, path);
    return {};
}

} // namespace

std::optional<std::string> typesNote(const Schema& schema, const SchemaHints& hints)
{
    constexpr std::size_t most = 20;
    std::vector<std::string> types;
    for (const Column& column : schema.columns)
        if (!hints.types.contains(column.name))
            types.push_back(fmt::format("{} {}", recordOfNames({column.name}), name(column.type)));
    if (types.empty()) return std::nullopt;
    const std::size_t left = types.size() - std::min(types.size(), most);
    types.resize(types.size() - left);
    return fmt::format("Types: {}{} (--column NAME=TYPE)", fmt::join(types, ", "),
                       left > 0 ? fmt::format(" and {} more", left) : "");
}

Result<SchemaGuess> guessSchema(const std::filesystem::path& path, const SchemaHints& hints)
{
    const auto text = readBeginning(path, beginningBytes);
    if (!text) return text.error();
    const Bytes mark = byteOrderMarkLength(*text);
    Guess guess{.result = {},
                .hints = hints,
                .format = formatOf(hints),
                .sample = {.text = std::string_view(*text).substr(static_cast<std::size_t>(mark)),
                           .whole = static_cast<Bytes>(text->size()) < beginningBytes,
                           .offset = mark},
                .columns = {}};
    if (auto done = guessFrom(guess, path); !done) {
        Error error = done.error();
        if (!error.message.starts_with(path.string()))
            error.message = path.string() + ": " + error.message;
        return error;
    }
    return std::move(guess.result);
}

} // namespace spillway
