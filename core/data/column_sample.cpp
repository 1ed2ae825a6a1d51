#include "data/column_sample.h"

#include "base/files.h"
#include "data/csv_text_reader.h"
#include "data/dialect_guess.h"
#include "data/file_stamp.h"
#include "data/text_encoding.h"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace spillway {
namespace {

constexpr Bytes samplePieces = 32;
constexpr Bytes samplePieceBytes = Bytes(64) << 10;

bool isWholeNumber(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    const auto digits = text.substr(first).substr(text[first] == '-' || text[first] == '+' ? 1 : 0);
    return digits.find_first_not_of("0123456789 \t") == std::string_view::npos;
}

/// Whether what follows the decimal mark cannot be a group of three digits.
bool surelyFraction(std::string_view text, char decimal)
{
    const auto mark = text.find(decimal);
    if (mark == std::string_view::npos) return false;
    const auto rest = text.substr(mark + 1);
    const auto digits = rest.find_first_not_of("0123456789");
    return std::min(digits, rest.size()) != 3;
}

void addPiece(std::string_view text, Bytes offset, bool final, const CsvFormat& format,
              FurtherSamples& samples)
{
    const auto begin = text.find('\n');
    const auto end = text.rfind('\n');
    if (begin == std::string_view::npos || end <= begin) return;
    const auto rows = final ? text.substr(begin + 1) : text.substr(begin + 1, end - begin);
    const std::size_t bad = firstBadUtf8(rows);
    if (bad < rows.size() && !samples.badUtf8) {
        samples.badUtf8 = offset + static_cast<Bytes>(begin + 1 + bad);
        samples.encoding = guessEncoding(rows, bad);
    }
    const NumberFormat numbers = numberFormat(format);
    CsvTextReader reader(rows, final, format, samples.columns.size());
    while (const auto row = reader.next())
        for (std::size_t i = 0; i < row->size(); ++i) {
            samples.columns[i].add((*row)[i], 0, numbers);
            if (!samples.columns[i].firstText || samples.texts[i]) continue;
            samples.texts[i] = TextValue{
                .value = quotedExcerpt(toUtf8((*row)[i], format.encoding)),
                .offset = offset + static_cast<Bytes>(begin + 1 + reader.fields()[i].begin),
                .line = {},
                .file = {}};
        }
}

} // namespace

NumberFormat numberFormat(const CsvFormat& format)
{
    return {.decimal = format.decimal, .missing = format.missing ? &*format.missing : nullptr};
}

void ColumnSample::add(const std::string& value, std::size_t row, const NumberFormat& numbers)
{
    const auto number = parseNumber(value, numbers);
    if (number.kind == ParsedNumber::Kind::Missing) return;
    if (number.kind == ParsedNumber::Kind::Garbage) {
        if (!firstText) firstText = row;
        return;
    }
    any = true;
    whole = whole && isWholeNumber(value);
    decimalSeen = decimalSeen || surelyFraction(value, numbers.decimal);
}

ColumnType ColumnSample::type() const
{
    if (firstText || !any) return ColumnType::Text;
    return whole ? ColumnType::Integer : ColumnType::Real;
}

ColumnSample sampleColumn(const std::vector<std::vector<std::string>>& rows, std::size_t from,
                          std::size_t column, const NumberFormat& numbers)
{
    ColumnSample sample;
    for (std::size_t i = from; i < rows.size(); ++i)
        if (column < rows[i].size()) sample.add(rows[i][column], i, numbers);
    return sample;
}

Result<FurtherSamples> sampleFurther(const std::filesystem::path& path, Bytes from, Bytes size,
                                     const CsvFormat& format, std::size_t columns)
{
    FurtherSamples samples{.columns = std::vector<ColumnSample>(columns),
                           .texts = std::vector<std::optional<TextValue>>(columns),
                           .badUtf8 = {},
                           .encoding = TextEncoding::Utf8};
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return unreadable(fmt::format("Cannot read {}: {}.", path.string(), std::strerror(errno)));
    const Bytes last = std::max(from, size - samplePieceBytes);
    Bytes readTo = from;
    for (Bytes i = 0; i < samplePieces; ++i) {
        const Bytes offset = std::max(readTo, from + (last - from) * i / (samplePieces - 1));
        if (offset >= size) break;
        std::string text(static_cast<std::size_t>(std::min(samplePieceBytes, size - offset)), '\0');
        const auto read = readAt(fd.get(), text, offset);
        if (!read) return unreadable(path.string() + ": " + read.error().message);
        text.resize(*read);
        readTo = offset + static_cast<Bytes>(text.size());
        addPiece(text, offset, readTo >= size, format, samples);
    }
    return samples;
}

} // namespace spillway
