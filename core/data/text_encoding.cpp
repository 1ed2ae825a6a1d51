#include "data/text_encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace spillway {
namespace {

/// What windows-1252 has where Latin-1 has control characters (https://encoding.spec.whatwg.org).
constexpr std::array<char16_t, 32> windowsFrom80{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

std::uint8_t byteAt(std::string_view text, std::size_t at)
{
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

/// Bytes of the well-formed sequence at `at`; 0 when there is none.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const auto within = [&](std::size_t offset, std::uint8_t low, std::uint8_t high) {
        const std::uint8_t byte = byteAt(text, at + offset);
        return byte >= low && byte <= high;
    };
    const auto continues = [&](std::size_t offset) { return within(offset, 0x80, 0xbf); };
    const std::uint8_t lead = byteAt(text, at);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const std::uint8_t low = lead == 0xe0 ? 0xa0 : 0x80;
        const std::uint8_t high = lead == 0xed ? 0x9f : 0xbf; // no surrogates
        return within(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const std::uint8_t low = lead == 0xf0 ? 0x90 : 0x80;
        const std::uint8_t high = lead == 0xf4 ? 0x8f : 0xbf;
        return within(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

/// All that can come out of one byte lies below U+10000.
void append(std::string& text, char16_t character)
{
    const auto byte = [&](unsigned bits) { text.push_back(static_cast<char>(bits)); };
    const unsigned code = character;
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xc0 | code >> 6);
        byte(0x80 | (code & 0x3f));
    } else {
        byte(0xe0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3f));
        byte(0x80 | (code & 0x3f));
    }
}

} // namespace

std::size_t firstBadUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0) return at;
        at += length;
    }
    return text.size();
}

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char byte) { return (byte & 0x80) == 0; });
}

std::string toUtf8(std::string_view text, TextEncoding encoding)
{
    if (encoding == TextEncoding::Utf8) return std::string(text);
    std::string decoded;
    decoded.reserve(text.size() + text.size() / 8);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::uint8_t byte = byteAt(text, at);
        const bool table = encoding == TextEncoding::Windows1252 && byte >= 0x80 && byte < 0xa0;
        append(decoded, table ? windowsFrom80[byte - 0x80u] : char16_t{byte});
    }
    return decoded;
}

} // namespace spillway
