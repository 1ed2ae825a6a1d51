#include "data/csv_number.h"

#include <algorithm>
#include <array>
#include <limits>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 15> standardWords{
    "NA",   "N/A",  "NaN",      "-NaN", "+NaN",   "null",    "None",    "-1.#IND",
    "<NA>", "#N/A", "#N/A N/A", "#NA",  "1.#IND", "1.#QNAN", "-1.#QNAN"};
constexpr std::array<std::string_view, 2> infinityWords{"inf", "infinity"};

char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

/// In any letter case.
bool isWord(std::string_view text, std::string_view word)
{
    return std::ranges::equal(text, word, {}, lower, lower);
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class Words>
bool isOneOf(std::string_view text, const Words& words)
{
    return std::ranges::any_of(words, [text](std::string_view word) { return isWord(text, word); });
}

/// `trimmed` is a field without the spaces around it.
bool isMissing(std::string_view trimmed, const std::vector<std::string>* words)
{
    if (trimmed.empty()) return true;
    return words ? isOneOf(trimmed, *words) : isOneOf(trimmed, standardWords);
}

} // namespace

bool isMissingWord(std::string_view field, const std::vector<std::string>* words)
{
    return isMissing(trimmed(field), words);
}

const std::vector<std::string>& standardMissingWords()
{
    static const std::vector<std::string> words(standardWords.begin(), standardWords.end());
    return words;
}

ParsedNumber parseNumber(std::string_view field, const NumberFormat& format)
{
    using Kind = ParsedNumber::Kind;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::string_view text = trimmed(field);
    if (isMissing(text, format.missing))
        return {Kind::Missing, std::numeric_limits<double>::quiet_NaN()};
    const bool negative = text.starts_with('-');
    const std::string_view digits = negative || text.starts_with('+') ? text.substr(1) : text;
    if (isOneOf(digits, infinityWords)) return {Kind::Number, negative ? -infinity : infinity};
    const bool numeric =
        !digits.empty() && (digits[0] == format.decimal || (digits[0] >= '0' && digits[0] <= '9'));
    if (!numeric) return {};
    double value = 0;
    const auto [end, error] = fast_float::from_chars_advanced(
        digits.data(), digits.data() + digits.size(), value,
        fast_float::parse_options{fast_float::chars_format::general, format.decimal});
    if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) return {};
    return {Kind::Number, negative ? -value : value};
}

} // namespace spillway
