#include "data/csv_decimals.h"

#include "data/csv_number.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "data/csv_decimals.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef SPILLWAY_CSV_DECIMALS_TABLES
#define SPILLWAY_CSV_DECIMALS_TABLES
namespace spillway::decimal {

/// Bytes looked at: those before the field's end.
inline constexpr std::size_t width = 32;

/// Digits looked at, zeros in front included: three words of eight.
inline constexpr std::size_t mostBytes = 24;

/// Loaded at offset n, the last n of 32 bytes are set.
alignas(64) inline constexpr auto lastBytes = [] {
    std::array<std::uint8_t, 2 * width> bytes{};
    for (std::size_t i = width; i < 2 * width; ++i)
        bytes[i] = 0xff;
    return bytes;
}();

/// ±10^n and its reciprocal, both with the sign of the field.
struct Scale {
    double power = std::numeric_limits<double>::quiet_NaN();
    double inverse = std::numeric_limits<double>::quiet_NaN();
};
/// Offsets into the scales: by digits after the point, `width` without a point; NaN for those that
/// are too many for this way.
inline constexpr std::size_t negative = width + 1;
inline constexpr std::size_t noNumber = width - 1;
inline constexpr auto scales = [] {
    std::array<Scale, 2 * (width + 1)> all{};
    const auto set = [&](std::size_t at, double power) {
        all[at] = {power, 1 / power};
        all[at + negative] = {-power, -1 / power};
    };
    double power = 1;
    for (std::size_t n = 0; n <= mostDigits; ++n, power *= 10)
        set(n, power);
    set(width, 1);
    return all;
}();

} // namespace spillway::decimal
#endif

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3

namespace hn = hwy::HWY_NAMESPACE;
using Doubles = hn::ScalableTag<double>;
using Vec = hn::Vec<Doubles>;
/// Enough fields are read before the first division that no load waits for a store.
constexpr std::size_t group = 64;

/// Of some fields: their digits, four words of eight each, and what divides them.
struct Digits {
    alignas(64) std::array<std::int32_t, 4 * group> words;
    alignas(64) std::array<decimal::Scale, group> scales;
};

__m256i bytesAt(const void* address)
{
    return _mm256_loadu_si256(static_cast<const __m256i*>(address));
}

/// Three numbers of eight digits from the lowest 24 bytes of digits, pair by pair, behind a fourth
/// that is 0.
__m128i eightByEight(__m256i digits)
{
    const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
    const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1 << 16 | 100));
    const __m256i packed = _mm256_packus_epi32(fours, fours);
    const __m256i eights = _mm256_madd_epi16(packed, _mm256_set1_epi32(1 << 16 | 10'000));
    return _mm_unpacklo_epi64(_mm256_castsi256_si128(eights), _mm256_extracti128_si256(eights, 1));
}

/// Digits and scale of the field before `end`.
void readDigits(const char* begin, const char* end, std::int32_t* words, decimal::Scale& scale)
{
    const bool minus = *begin == '-';
    const auto length = static_cast<std::size_t>(end - begin) - minus;
    const __m256i text = bytesAt(end - decimal::width);
    const auto points = static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('.'))));
    const auto afterLast = static_cast<std::size_t>(
        std::countl_zero(std::uint64_t{points} << decimal::width | 1u << 31));
    const bool point = afterLast < length;
    const std::size_t after = point ? afterLast : decimal::width;
    const std::size_t count = length - point;
    const bool fits = count - 1 < decimal::mostBytes;

    // Digits before the point move up by one byte to close the gap that it leaves.
    const __m256i joined = _mm256_blendv_epi8(bytesAt(end - decimal::width - 1), text,
                                              bytesAt(decimal::lastBytes.data() + after));
    const __m256i mask = bytesAt(decimal::lastBytes.data() + (fits ? count : 0));
    const __m256i digits = _mm256_and_si256(_mm256_sub_epi8(joined, _mm256_set1_epi8('0')), mask);
    const __m256i wrong = _mm256_subs_epu8(digits, _mm256_set1_epi8(9));
    const bool good = fits && _mm256_testz_si256(wrong, wrong);
    scale = decimal::scales[(good ? after : decimal::noNumber) + (minus ? decimal::negative : 0)];
    _mm_store_si128(reinterpret_cast<__m128i*>(words), eightByEight(digits));
}

/// The quotients, NaN where rounding is in doubt or there are too many digits.
Vec quotients(const Digits& digits, std::size_t at)
{
    const Doubles tag;
    const hn::Rebind<std::int32_t, Doubles> narrow;
    hn::Vec<decltype(narrow)> none, first, middle, last;
    hn::LoadInterleaved4(narrow, digits.words.data() + 4 * at, none, first, middle, last);
    Vec power, inverse;
    hn::LoadInterleaved2(tag, &digits.scales[at].power, power, inverse);
    // high + low is the integer that the digits make: the sum of two doubles, exactly.
    const Vec eight = hn::Set(tag, 1e8);
    const Vec upper = hn::MulAdd(hn::PromoteTo(tag, first), eight, hn::PromoteTo(tag, middle));
    const Vec lower = hn::PromoteTo(tag, last);
    const Vec shifted = hn::Mul(upper, eight);
    const Vec lost = hn::MulSub(upper, eight, shifted);
    const Vec high = hn::Add(shifted, lower);
    const Vec low = hn::Add(lost, hn::Sub(lower, hn::Sub(high, shifted)));
    // near + rest is the quotient with an error below 2^-101 of it.
    const Vec near = hn::Mul(high, inverse);
    const Vec rest = hn::Mul(hn::Add(hn::NegMulAdd(near, power, high), low), inverse);
    const Vec value = hn::Add(near, rest);
    const Vec error = hn::Add(hn::Sub(near, value), rest);
    // Where the bounds of the quotient round to one double, that is the quotient rounded.
    const Vec doubt = hn::Mul(value, hn::Set(tag, 0x1p-98));
    const auto certain = hn::And(hn::Eq(hn::Add(value, hn::Add(error, doubt)), value),
                                 hn::Eq(hn::Add(value, hn::Sub(error, doubt)), value));
    const auto few = hn::Lt(hn::PromoteTo(tag, first), hn::Set(tag, 1000.0));
    return hn::IfThenElse(hn::And(certain, few), value, hn::NaN(tag));
}

void parseAll(const char* data, const std::uint32_t* begins, const std::uint32_t* ends,
              std::size_t count, double* out)
{
    const std::size_t lanes = hn::Lanes(Doubles());
    const std::size_t whole = count / lanes * lanes;
    Digits digits;
    for (std::size_t i = 0; i < whole; i += group) {
        const std::size_t fields = std::min(group, whole - i);
        for (std::size_t k = 0; k < fields; ++k)
            readDigits(data + begins[i + k], data + ends[i + k], digits.words.data() + 4 * k,
                       digits.scales[k]);
        for (std::size_t k = 0; k < fields; k += lanes)
            hn::StoreU(quotients(digits, k), Doubles(), out + i + k);
    }
    for (std::size_t i = whole; i < count; ++i)
        out[i] = parsePlainDecimal(data + begins[i], data + ends[i]);
}

#else

void parseAll(const char* data, const std::uint32_t* begins, const std::uint32_t* ends,
              std::size_t count, double* out)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = parsePlainDecimal(data + begins[i], data + ends[i]);
}

#endif

} // namespace
} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {

HWY_EXPORT(parseAll);

void parsePlainDecimals(const char* data, const std::uint32_t* begins, const std::uint32_t* ends,
                        std::size_t count, double* out)
{
    HWY_DYNAMIC_DISPATCH(parseAll)(data, begins, ends, count, out);
}

} // namespace spillway
#endif
