#pragma once

#include <fast_float/fast_float.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

/// Implementation of parsePlainDecimal(): eight digits at a time in one 64-bit word, then the
/// decimal to binary step of Lemire, "Number parsing at a gigabyte per second", Software: Practice
/// and Experience 51 (2021), which fast_float implements. Little-endian only, like every supported
/// platform. "None" is represented by an impossible value instead of an optional, because gcc 12
/// passes optionals through memory.
namespace spillway::decimal {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint64_t zeros = 0x3030303030303030;
inline constexpr std::size_t mostDigits = 19; ///< 10^19 − 1 fits 64 bits

inline std::uint64_t load(const char* text)
{
    std::uint64_t word;
    std::memcpy(&word, text, sizeof word);
    return word;
}

/// High bit set for each byte of `digits` (already xor '0') that is not a digit. Exact up to and
/// including the first such byte; a carry can only reach bytes after it.
constexpr std::uint64_t nonDigits(std::uint64_t digits)
{
    return ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
}

/// The value of eight digits, first digit in the lowest byte.
constexpr std::uint64_t eightDigits(std::uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    return ((digits & 0x000000ff000000ff) * 0x000f424000000064 +
            ((digits >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
           32;
}

/// For a run of n digits that ends at `end`: masks of its bytes in the three words before `end`.
struct RunMask {
    std::uint64_t last = 0;
    std::uint64_t middle = 0;
    std::uint64_t first = 0;
};

constexpr std::uint64_t upperBytes(std::size_t count)
{
    return count == 0 ? 0 : ~std::uint64_t{0} << (64 - 8 * count);
}

inline constexpr auto runMasks = [] {
    std::array<RunMask, mostDigits + 1> masks{};
    for (std::size_t n = 0; n <= mostDigits; ++n)
        masks[n] = {.last = upperBytes(n < 8 ? n : 8),
                    .middle = upperBytes(n < 8    ? 0
                                         : n < 16 ? n - 8
                                                  : 8),
                    .first = upperBytes(n < 16 ? 0 : n - 16)};
    return masks;
}();

inline constexpr auto powersOfTen = [] {
    std::array<std::uint64_t, mostDigits + 1> powers{1};
    for (std::size_t n = 1; n <= mostDigits; ++n)
        powers[n] = powers[n - 1] * 10;
    return powers;
}();

/// No run of at most 19 digits has this value.
inline constexpr std::uint64_t notDigits = ~std::uint64_t{0};
/// No plain decimal has this value.
inline constexpr double notPlain = std::numeric_limits<double>::quiet_NaN();

/// The value of the `count` ≤ 19 digits before `end`; notDigits when one of them is not a digit.
[[gnu::always_inline]] inline std::uint64_t digitRun(const char* end, std::size_t count)
{
    const RunMask& mask = runMasks[count];
    const std::uint64_t last = (load(end - 8) ^ zeros) & mask.last;
    const std::uint64_t middle = (load(end - 16) ^ zeros) & mask.middle;
    const std::uint64_t first = (load(end - 24) ^ zeros) & mask.first;
    if ((nonDigits(last) | nonDigits(middle) | nonDigits(first)) != 0) return notDigits;
    return eightDigits(last) + eightDigits(middle) * 100'000'000 +
           eightDigits(first) * 10'000'000'000'000'000;
}

/// digits · 10^−scale for scale in [0, 19], correctly rounded.
[[gnu::always_inline]] inline double scaled(std::uint64_t digits, std::size_t scale, bool negative)
{
    using Format = fast_float::binary_format<double>;
    const auto parts = fast_float::compute_float<Format>(-static_cast<std::int64_t>(scale), digits);
    if (parts.power2 < 0) return notPlain;
    const std::uint64_t bits = parts.mantissa | static_cast<std::uint64_t>(parts.power2) << 52 |
                               static_cast<std::uint64_t>(negative) << 63;
    return std::bit_cast<double>(bits);
}

/// Digits without a point, eight or more.
inline double longInteger(const char* begin, const char* end, bool negative)
{
    const auto count = static_cast<std::size_t>(end - begin);
    if (count > mostDigits) return notPlain;
    const std::uint64_t digits = digitRun(end, count);
    if (digits == notDigits) return notPlain;
    const auto value = static_cast<double>(digits);
    return negative ? -value : value;
}

} // namespace spillway::decimal

namespace spillway {

[[gnu::always_inline]] inline double parsePlainDecimal(const char* begin, const char* end)
{
    const bool negative = begin < end && *begin == '-';
    begin += negative;
    const auto length = static_cast<std::size_t>(end - begin);
    const std::uint64_t head = decimal::load(begin) ^ decimal::zeros;
    const std::uint64_t stops = decimal::nonDigits(head);
    const auto whole = static_cast<std::size_t>(std::countr_zero(stops)) / 8;
    if (whole == 0 || length == 0) return decimal::notPlain;
    if (whole == 8 && length >= 8) return decimal::longInteger(begin, end, negative);
    const bool integer = whole >= length;
    const std::size_t before = integer ? length : whole;
    const std::uint64_t integral =
        before == 1 ? head & 0xff : decimal::eightDigits(head << (64 - 8 * before));
    if (integer) {
        const auto value = static_cast<double>(integral);
        return negative ? -value : value;
    }
    const std::size_t scale = length - whole - 1;
    if (begin[whole] != '.' || scale == 0 || scale > decimal::mostDigits) return decimal::notPlain;
    if (integral != 0 && whole + scale > decimal::mostDigits) return decimal::notPlain;
    const std::uint64_t fraction = decimal::digitRun(end, scale);
    if (fraction == decimal::notDigits) return decimal::notPlain;
    return decimal::scaled(integral * decimal::powersOfTen[scale] + fraction, scale, negative);
}

} // namespace spillway
