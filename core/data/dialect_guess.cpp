#include "data/dialect_guess.h"

#include "data/column_sample.h"
#include "data/csv_text_reader.h"
#include "data/file_stamp.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace spillway {
namespace {

constexpr std::array<char, 4> delimiters{',', ';', '\t', '|'};
constexpr char usualComment = '#';

using Row = std::vector<std::string>;

CsvFormat with(CsvFormat format, char delimiter)
{
    format.delimiter = delimiter;
    return format;
}

Reading readAs(const Sample& sample, const CsvFormat& format)
{
    Reading reading{.format = format};
    CsvTextReader reader(sample.text, sample.whole, format);
    while (auto row = reader.next()) {
        reading.rows.push_back(std::move(*row));
        reading.begins.push_back(reader.rowBegin());
        reading.lines.push_back(reader.rowLine());
        reading.quoted += reader.quotedFields();
    }
    reading.fault = reader.fault();
    const auto same = std::ranges::count(reading.rows, reading.width(), &Row::size);
    if (reading.width() >= 2)
        reading.fit = static_cast<double>(same) / static_cast<double>(reading.rows.size());
    if (reading.fault) reading.fit /= 2;
    return reading;
}

Result<Reading> bestDelimiter(const Sample& sample, const CsvFormat& format,
                              const SchemaHints& hints)
{
    if (hints.delimiter) return readAs(sample, format);
    std::vector<Reading> readings;
    for (const char delimiter : delimiters)
        if (delimiter != format.comment && delimiter != format.decimal)
            readings.push_back(readAs(sample, with(format, delimiter)));
    std::ranges::stable_sort(readings, std::greater<>(), &Reading::fit);
    constexpr double plausible = 0.5;
    if (readings[0].fit < plausible) return readAs(sample, with(format, format.delimiter));
    if (readings[1].fit < readings[0].fit) return std::move(readings[0]);
    std::vector<std::string> choices;
    for (const Reading& reading : readings)
        if (reading.fit == readings[0].fit)
            choices.push_back(fmt::format(
                "{} ({} columns)", delimiterName(reading.format.delimiter), reading.width()));
    return unreadable(fmt::format("The delimiter is ambiguous: {} fit equally well.",
                                  fmt::join(choices, " and ")),
                      "Say which one it is: --delimiter comma, semicolon, tab, pipe or any other "
                      "character.");
}

/// Double quotes, unless they do not fit: then single quotes if fields are in them, or none if no
/// field is in double quotes.
Result<Reading> bestQuote(const Sample& sample, CsvFormat format, const SchemaHints& hints)
{
    Result<Reading> usual = bestDelimiter(sample, format, hints);
    if (hints.quote || !usual || usual->fit == 1.0 || usual->width() < 2 || usual->quoted > 0)
        return usual;
    format.quote = '\'';
    auto single = bestDelimiter(sample, format, hints);
    if (single && single->fit == 1.0 && single->quoted > 0) return single;
    format.quote = '\0';
    auto none = bestDelimiter(sample, format, hints);
    return none && none->fit == 1.0 ? none : usual;
}

bool hasLineWith(std::string_view text, char first)
{
    return text.starts_with(first) || text.find(std::string{'\n', first}) != std::string_view::npos;
}

/// Lines that begin with # are comments when only without them all rows are equally wide.
Result<Reading> bestComment(const Sample& sample, CsvFormat format, const SchemaHints& hints)
{
    auto plain = bestQuote(sample, format, hints);
    if (hints.comment || !hasLineWith(sample.text, usualComment)) return plain;
    if (plain && plain->fit == 1.0) return plain;
    format.comment = usualComment;
    auto commented = bestQuote(sample, format, hints);
    const bool better = commented && (commented->fit == 1.0 || !plain);
    return better ? commented : plain;
}

/// Whether texts become numbers with a decimal comma, and no number with a point is lost.
bool fitsDecimalComma(const Reading& reading)
{
    bool gained = false;
    bool certain = false;
    for (std::size_t i = 0; i < reading.width(); ++i) {
        const auto point = sampleColumn(reading.rows, 1, i, {.decimal = '.'});
        const auto comma = sampleColumn(reading.rows, 1, i, {.decimal = ','});
        if (point.type() == ColumnType::Real) return false;
        if (point.type() != ColumnType::Text || comma.type() != ColumnType::Real) continue;
        gained = true;
        certain = certain || comma.decimalSeen;
    }
    return gained && certain;
}

/// Whether the values below the first repeat while the first itself is none of them.
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

/// Whether the values below the first all look numeric though they are no numbers to us (dates)
/// while the first does not.
bool namesNumberLike(const std::vector<Row>& rows, std::size_t column)
{
    if (startsLikeNumber(rows[0][column])) return false;
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (column < rows[i].size() && !startsLikeNumber(rows[i][column])) return false;
    return true;
}

bool allDifferent(const Row& names)
{
    return std::set<std::string_view>(names.begin(), names.end()).size() == names.size();
}

} // namespace

Result<Reading> bestReading(const Sample& sample, const CsvFormat& format, const SchemaHints& hints)
{
    auto reading = bestComment(sample, format, hints);
    if (!reading || hints.decimal || reading->format.delimiter == ',' ||
        !fitsDecimalComma(*reading))
        return reading;
    reading->format.decimal = ',';
    return reading;
}

std::optional<bool> guessHeader(const Reading& reading)
{
    using Kind = ParsedNumber::Kind;
    const auto& rows = reading.rows;
    const Row& first = rows.front();
    const NumberFormat numbers = numberFormat(reading.format);
    bool hasNumber = false;
    const bool hasEmpty = std::ranges::count(first, std::string()) > 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const auto kind = parseNumber(first[i], numbers).kind;
        const auto below = sampleColumn(rows, 1, i, numbers).type();
        if (kind == Kind::Garbage && below != ColumnType::Text) return true;
        hasNumber |= kind == Kind::Number;
    }
    if (hasNumber) return false;
    if (rows.size() == 1) return true;
    if (!allDifferent(first) || hasEmpty) return false;
    for (std::size_t i = 0; i < first.size(); ++i)
        if (standsApart(rows, i) || namesNumberLike(rows, i)) return true;
    return {};
}

std::optional<char> delimiterLine(std::string_view text)
{
    auto line = text.substr(0, text.find('\n'));
    if (line.size() == text.size()) return {};
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
    const auto same = [](char typed, char lower) { return (typed | 0x20) == lower; };
    const bool says = line.size() == 5 && same(line[0], 's') && same(line[1], 'e') &&
                      same(line[2], 'p') && line[3] == '=';
    if (!says || line[4] == '"' || line[4] == '\0') return {};
    return line[4];
}

TextEncoding guessEncoding(std::string_view text, std::size_t bad)
{
    if (bad >= text.size()) return TextEncoding::Utf8;
    const bool windows = std::ranges::any_of(text, [](char byte) {
        const auto code = static_cast<unsigned char>(byte);
        return code >= 0x80 && code < 0xa0;
    });
    return windows ? TextEncoding::Windows1252 : TextEncoding::Latin1;
}

std::string delimiterName(char delimiter)
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
    case ' ':
        return "space";
    default:
        return quotedExcerpt({&delimiter, 1});
    }
}

} // namespace spillway
