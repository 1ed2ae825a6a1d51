#include "data/csv_index.h"

#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "data/csv_index.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace spillway::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t stride = 64;

std::uint64_t marksOf(const char* data, char delimiter, char quote)
{
    const hn::CappedTag<std::uint8_t, stride> tag;
    const auto delimiters = hn::Set(tag, static_cast<std::uint8_t>(delimiter));
    const auto quotes = hn::Set(tag, static_cast<std::uint8_t>(quote));
    const auto lastControl = hn::Set(tag, std::uint8_t{'\r'});
    std::uint64_t marks = 0;
    for (std::size_t lane = 0; lane < stride; lane += hn::Lanes(tag)) {
        const auto bytes = hn::LoadU(tag, reinterpret_cast<const std::uint8_t*>(data) + lane);
        const auto found = hn::Or(hn::Or(hn::Eq(bytes, delimiters), hn::Eq(bytes, quotes)),
                                  hn::Eq(hn::Min(bytes, lastControl), bytes));
        std::uint64_t bits = 0;
        hn::StoreMaskBits(tag, found, reinterpret_cast<std::uint8_t*>(&bits));
        marks |= bits << lane;
    }
    return marks;
}

/// Eight positions are written whether there are that many or not: a loop whose length the
/// processor cannot foresee would cost more than the stores.
std::uint32_t* writePositions(std::uint64_t marks, std::uint32_t base, std::uint32_t* out)
{
    const auto count = std::popcount(marks);
    for (int i = 0; i < 8; ++i) {
        out[i] = base + static_cast<std::uint32_t>(std::countr_zero(marks));
        marks &= marks - 1;
    }
    for (int i = 8; i < count; ++i) {
        out[i] = base + static_cast<std::uint32_t>(std::countr_zero(marks));
        marks &= marks - 1;
    }
    return out + count;
}

std::size_t index(const char* data, std::size_t from, std::size_t to, char delimiter, char quote,
                  std::uint32_t* out)
{
    std::uint32_t* next = out;
    std::size_t at = from;
    for (; at + stride <= to; at += stride)
        next = writePositions(marksOf(data + at, delimiter, quote), static_cast<std::uint32_t>(at),
                              next);
    if (at < to) {
        const std::uint64_t inside = (std::uint64_t{1} << (to - at)) - 1;
        next = writePositions(marksOf(data + at, delimiter, quote) & inside,
                              static_cast<std::uint32_t>(at), next);
    }
    return static_cast<std::size_t>(next - out);
}

} // namespace
} // namespace spillway::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spillway {

HWY_EXPORT(index);

std::size_t indexStructure(const char* data, std::size_t from, std::size_t to, char delimiter,
                           char quote, std::uint32_t* out)
{
    return HWY_DYNAMIC_DISPATCH(index)(data, from, to, delimiter, quote, out);
}

} // namespace spillway
#endif
