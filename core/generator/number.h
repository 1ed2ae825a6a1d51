#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

/// Numbers as a generated file holds them. The digits of a fraction are the shortest that read back
/// exactly, and among those of that length the nearest, always in fixed notation (0.00001234, never
/// 1.234e-05): so every reader's simplest path handles them, and the bytes are those of
/// std::to_chars(…, std::chars_format::fixed), several times faster.
namespace spillway::decimal {

__extension__ typedef unsigned __int128 Wide;

/// How x = m·2^−(q+11), with the highest bit of the 64-bit m set, becomes digits. 10^−n is the
/// largest power of ten not above the distance 2^−q between x and its neighbours, so that the
/// wanted digits are those of one of the two integers around x·10^n, or of a multiple of ten
/// between the midpoints to the neighbours (Giulietti, "The Schubfach way to render doubles",
/// 2020). x·10^n is m·factor·2^−64; the product is exact in 128 bits, so nothing has to be proven
/// of approximations.
struct DigitScale {
    std::uint64_t factor = 0; ///< 5^n·2^(53−q+n)
    Wide lower = 0;           ///< half the distance between neighbours, ·10^n·2^64
    Wide upper = 0;           ///< (10·2^64) − lower
    std::uint32_t n = 0;
};

/// Numerators with fewer bits (one in 2^24 draws) are left to std::to_chars: 5^n grows too large.
inline constexpr int fewestBits = 30;

/// One scale for each bit width of the numerator k of x = k·2^−53.
inline constexpr auto digitScales = [] {
    std::array<DigitScale, 54> scales{};
    for (std::uint32_t bits = fewestBits; bits <= 53; ++bits) {
        const std::uint32_t q = 106 - bits;
        const std::uint32_t n = q * 30103 / 100000 + 1; // ⌊q·log10 2⌋ + 1, right for q < 196
        std::uint64_t factor = 1;
        for (std::uint32_t i = 0; i < n; ++i)
            factor *= 5;
        factor <<= 53 - (q - n);
        const Wide lower = Wide{factor} << 10;
        scales[bits] = {
            .factor = factor, .lower = lower, .upper = (Wide{10} << 64) - lower, .n = n};
    }
    return scales;
}();

/// Eight decimal digits of `value` < 10^8, one per byte, the first in the lowest byte: pairs are
/// split in parallel within one word.
inline std::uint64_t eightDigitBytes(std::uint32_t value)
{
    const std::uint64_t fours = value / 10000 | std::uint64_t{value % 10000} << 32;
    const std::uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007f0000007f;
    const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
    const std::uint64_t tens = (twos * 103 >> 10) & 0x000f000f000f000f;
    return tens | (twos - tens * 10) << 8;
}

/// k·2^−53 for what the fast path does not handle: 0, powers of two, very small numbers.
char* writeRareFraction(char* out, std::uint64_t numerator);

/// The n-digit integer whose digits follow the point: see DigitScale.
inline std::uint64_t shortestDigits(std::uint64_t m, const DigitScale& scale)
{
    const Wide product = Wide{m} * scale.factor;
    const auto rest = static_cast<std::uint64_t>(product);
    const auto whole = static_cast<std::uint64_t>(product >> 64);
    const std::uint64_t digit = whole % 10;
    const Wide above = Wide{digit} << 64 | rest; // distance from the multiple of ten below
    // 5^n is odd, so no midpoint is ever met exactly. Which of the four cases applies is random: it
    // is selected with masks, since a branch would be mispredicted.
    const auto lower = static_cast<std::uint64_t>(above < scale.lower);
    const auto upper = static_cast<std::uint64_t>(above > scale.upper);
    const std::uint64_t toTens = (-upper & 10) - digit;
    const auto toNearest =
        static_cast<std::uint64_t>(rest > (std::uint64_t{1} << 63) - (whole & 1));
    const std::uint64_t isTens = -(lower | upper);
    return whole + ((toTens & isTens) | (toNearest & ~isTens));
}

/// Writes numerator·2^−53 (numerator < 2^53) and returns the end. Up to 48 bytes are touched.
inline char* writeFraction(char* out, std::uint64_t numerator)
{
    const int bits = std::bit_width(numerator);
    const std::uint64_t m = numerator << ((64 - bits) & 63);
    if (bits < fewestBits || m == std::uint64_t{1} << 63) [[unlikely]]
        return writeRareFraction(out, numerator);
    const DigitScale& scale = digitScales[static_cast<std::size_t>(bits)];
    const std::uint64_t digits = shortestDigits(m, scale);
    const std::uint64_t upper = digits / 100'000'000;
    const std::uint64_t first = upper / 100'000'000; // of 17 digits
    const std::uint64_t high = eightDigitBytes(static_cast<std::uint32_t>(upper % 100'000'000));
    const std::uint64_t low = eightDigitBytes(static_cast<std::uint32_t>(digits % 100'000'000));
    constexpr std::uint64_t asciiZeros = 0x3030303030303030;
    const std::uint64_t highText = high | asciiZeros;
    const std::uint64_t lowText = low | asciiZeros;
    std::copy_n("0.00000000000000", 16, out);
    char* const last16 = out + scale.n - 14;
    last16[-1] = static_cast<char>('0' + first); // falls on the point when there are 16 digits
    out[1] = '.';
    std::memcpy(last16, &highText, 8);
    std::memcpy(last16 + 8, &lowText, 8);
    const int zeroBytes = low != 0 ? std::countl_zero(low) / 8 : 8 + std::countl_zero(high) / 8;
    return last16 + 16 - zeroBytes;
}

} // namespace spillway::decimal
