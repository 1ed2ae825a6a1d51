#include "analysis/display_width.h"

#include "base/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace spillway {
namespace {

struct Range {
    std::uint32_t first, last;
};

constexpr std::array<Range, 6> zeroWidth{{{0x0300, 0x036F},
                                          {0x200B, 0x200F},
                                          {0x202A, 0x202E},
                                          {0x20D0, 0x20FF},
                                          {0xFE00, 0xFE0F},
                                          {0xFEFF, 0xFEFF}}};
constexpr std::array<Range, 8> doubleWidth{{{0x1100, 0x115F},
                                            {0x2E80, 0xA4CF},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE6F},
                                            {0xFF00, 0xFF60},
                                            {0x1F300, 0x1FAFF},
                                            {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool inRanges(std::uint32_t code, const std::array<Range, N>& ranges)
{
    return std::any_of(ranges.begin(), ranges.end(), [code](const Range& range) {
        return code >= range.first && code <= range.last;
    });
}

struct Character {
    std::size_t length = 1;
    int width = 1;
};

/// The character at the front of `text`, which is not empty; a broken sequence is one byte wide.
Character firstCharacter(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const std::uint32_t lead = byte(0);
    if (lead < 0x20 || lead == 0x7F) return {};
    if (lead < 0x80) return {};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    std::uint32_t code = length == 1 ? 0 : lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) return {};
        code = code << 6 | (byte(i) & 0x3Fu);
    }
    if (length == 2 && code < 0xA0) return {2, 1};
    if (inRanges(code, zeroWidth)) return {length, 0};
    return {length, inRanges(code, doubleWidth) ? 2 : 1};
}

} // namespace

int displayWidth(std::string_view text)
{
    int width = 0;
    while (!text.empty()) {
        const auto character = firstCharacter(text);
        width += character.width;
        text.remove_prefix(character.length);
    }
    return width;
}

std::string fitted(std::string_view text, int width)
{
    std::string plain = terminalText(text);
    if (displayWidth(plain) <= width) return plain;
    std::string cut;
    int used = 0;
    for (std::string_view rest = plain; !rest.empty();) {
        const auto character = firstCharacter(rest);
        if (used + character.width > width - 1) break;
        used += character.width;
        cut += rest.substr(0, character.length);
        rest.remove_prefix(character.length);
    }
    return cut + "…";
}

} // namespace spillway
