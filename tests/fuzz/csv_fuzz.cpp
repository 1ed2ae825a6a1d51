// The CSV scanner, with blocks of any size, finds what the plain reader finds.

#include "memory_file.h"
#include "plain_csv.h"

#include "block_reading.h"
#include "data/csv_header.h"
#include "data/csv_number.h"

#include <limits>

using namespace spillway;
using namespace spillway::fuzz;

namespace {

constexpr std::size_t optionBytes = 3;
constexpr std::size_t mostColumns = 8;

CsvFormat formatOf(std::uint8_t options)
{
    constexpr char delimiters[] = {',', ';', '\t', '|'};
    constexpr char quotes[] = {'"', '\'', '\0', '"'};
    return {
        .delimiter = delimiters[options & 3], .quote = quotes[options >> 2 & 3], .header = false};
}

/// Column `numeric` as numbers and column `text` as text; nothing when a field is no number.
std::optional<test::Reading> expected(const PlainRows& rows, std::size_t numeric, std::size_t text)
{
    test::Reading reading{.numeric = {{}}, .missing = {0}};
    for (const auto& row : rows) {
        const auto number = parseNumber(row[numeric]);
        if (number.kind == ParsedNumber::Kind::Garbage) return std::nullopt;
        const bool missing = number.kind == ParsedNumber::Kind::Missing;
        reading.missing[0] += missing;
        reading.numeric[0].push_back(missing ? std::numeric_limits<double>::quiet_NaN()
                                             : number.value);
        reading.text.push_back(row[text]);
    }
    reading.rows = static_cast<std::int64_t>(rows.size());
    return reading;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size <= optionBytes) return 0;
    const CsvFormat format = formatOf(data[0]);
    const Bytes blockSize = 1 + data[1];
    const Input content(data + optionBytes, size - optionBytes);
    std::string plain = text(content);
    const MemoryFile file(content);
    // Archives, UTF-16 and the like are refused by what they are.
    if (!readBeginning(file.path(), static_cast<Bytes>(content.size()))) return 0;
    if (plain.starts_with("\xef\xbb\xbf")) plain.erase(0, 3);

    auto rows = readPlainly(plain, format);
    const std::size_t columns =
        rows && !rows->empty() ? (*rows)[0].size() : 1 + data[2] % mostColumns;
    if (columns > mostColumns) return 0;
    rows = readPlainly(plain, format, columns);
    const std::size_t numeric = data[2] % columns;
    const std::size_t textColumn = columns - 1 - numeric;
    if (numeric == textColumn) return 0;
    const auto truth = rows ? expected(*rows, numeric, textColumn) : std::nullopt;

    std::vector<std::string> names;
    for (std::size_t i = 0; i < columns; ++i)
        names.push_back("c" + std::to_string(i));
    const auto found = test::readAll(test::datasetOf({file.path()}, names, format),
                                     {.numeric = {numeric}, .text = textColumn}, blockSize, 1);
    require(found.error.has_value() == !truth.has_value());
    if (truth) require(found == *truth);
    return 0;
}
