#include "generator/table_cells.h"

#include "base/split_mix.h"
#include "generator/civil_date.h"
#include "generator/number.h"
#include "generator/philox_inline.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace spillway::cells {
namespace {

constexpr std::size_t numberRoom = 21;
constexpr std::size_t dateRoom = 10;
constexpr std::size_t timestampRoom = 26;

constexpr std::int64_t powersOfTen[] = {1,       10,        100,        1'000,       10'000,
                                        100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// `value` with at least so many digits.
char* writePadded(char* out, std::uint64_t value, int digits)
{
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    const auto size = end - text;
    for (std::ptrdiff_t i = size; i < digits; ++i)
        *out++ = '0';
    std::memcpy(out, text, static_cast<std::size_t>(size));
    return out + size;
}

std::uint64_t magnitudeOf(std::int64_t value)
{
    return static_cast<std::uint64_t>(value < 0 ? -value : value);
}

char* writeDecimal(char* out, std::int64_t value, int decimals)
{
    if (value < 0) *out++ = '-';
    const auto magnitude = magnitudeOf(value);
    const auto unit = static_cast<std::uint64_t>(powersOfTen[decimals]);
    out = writePadded(out, magnitude / unit, 1);
    *out++ = '.';
    return writePadded(out, magnitude % unit, decimals);
}

} // namespace

Words wordsOf(std::int64_t row, std::uint64_t stream, std::uint64_t seed)
{
    return philoxBlock({static_cast<std::uint64_t>(row), stream, 0, 0}, {seed, 0});
}

std::uint64_t streamOf(std::string_view table, std::string_view column)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](char c) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    };
    std::ranges::for_each(table, add);
    add('.');
    std::ranges::for_each(column, add);
    return hash;
}

std::uint64_t below(std::uint64_t word, std::uint64_t count)
{
    return static_cast<std::uint64_t>(decimal::Wide{word} * count >> 64);
}

bool happens(std::uint64_t word, double share)
{
    return static_cast<double>(word >> 11) * 0x1p-53 < share;
}

std::int64_t shuffledPlace(std::int64_t index, std::int64_t count, std::uint64_t key)
{
    const int half = std::max(
        1, (static_cast<int>(std::bit_width(static_cast<std::uint64_t>(count - 1))) + 1) / 2);
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    auto place = static_cast<std::uint64_t>(index);
    do {
        std::uint64_t left = place >> half;
        std::uint64_t right = place & mask;
        for (std::uint64_t round = 1; round <= 4; ++round) {
            const std::uint64_t next = left ^ (splitMixFinal(key + right + (round << 56)) & mask);
            left = right;
            right = next;
        }
        place = left << half | right;
    } while (place >= static_cast<std::uint64_t>(count));
    return static_cast<std::int64_t>(place);
}

double normalOf(const Words& words)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < 3; ++i)
        for (int shift = 0; shift < 64; shift += 16)
            sum += words[i] >> shift & 0xffff;
    return (static_cast<double>(sum) + 6) * 0x1p-16 - 6; // each half a unit more, to be centred
}

std::int64_t Sequence::at(std::int64_t row) const
{
    return from + step * (shuffled != 0 ? shuffledPlace(row, rows, shuffled) : row);
}

std::size_t Form::room() const
{
    if (prefixed) return prefix.size() + std::max(numberRoom, static_cast<std::size_t>(digits));
    std::size_t most = 0;
    switch (type) {
    case TableType::Integer:
        return numberRoom;
    case TableType::Real:
        return numberRoom + 2;
    case TableType::Date:
        return dateRoom;
    case TableType::Timestamp:
        return timestampRoom;
    case TableType::Text:
        for (const auto& word : words)
            most = std::max(most, word.size());
        return most;
    }
    return most;
}

char* Form::write(char* out, std::int64_t value) const
{
    if (prefixed) {
        std::memcpy(out, prefix.data(), prefix.size());
        out += prefix.size();
        if (value < 0) *out++ = '-';
        return writePadded(out, magnitudeOf(value), digits);
    }
    switch (type) {
    case TableType::Integer:
        return std::to_chars(out, out + numberRoom, value).ptr;
    case TableType::Real:
        return writeDecimal(out, value, decimals);
    case TableType::Date:
        return writeDate(out, value);
    case TableType::Timestamp:
        return writeTimestamp(out, value);
    case TableType::Text:
        break;
    }
    const std::string& word = words[static_cast<std::size_t>(value)];
    return std::copy(word.begin(), word.end(), out);
}

} // namespace spillway::cells
