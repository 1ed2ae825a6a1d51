#include "data/csv_number.h"

#include <algorithm>
#include <array>
#include <limits>

namespace spillway {
namespace {

constexpr std::array<std::string_view, 13> missingWords{
    "na",   "n/a",  "nan",      "-nan", "+nan",   "null",   "none",
    "<na>", "#n/a", "#n/a n/a", "#na",  "1.#ind", "1.#qnan"};
constexpr std::array<std::string_view, 2> infinityWords{"inf", "infinity"};

char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

/// `word` is in lower case.
bool isWord(std::string_view text, std::string_view word)
{
    return std::ranges::equal(text, word, {}, lower);
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isMissing(std::string_view text)
{
    if (text.empty()) return true;
    const auto same = [text](std::string_view word) { return isWord(text, word); };
    if (std::ranges::any_of(missingWords, same)) return true;
    return text.starts_with('-') && (isWord(text, "-1.#ind") || isWord(text, "-1.#qnan"));
}

bool isInfinity(std::string_view text)
{
    return std::ranges::any_of(infinityWords,
                               [text](std::string_view word) { return isWord(text, word); });
}

} // namespace

ParsedNumber parseNumber(std::string_view field)
{
    using Kind = ParsedNumber::Kind;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::string_view text = trimmed(field);
    if (isMissing(text)) return {Kind::Missing, std::numeric_limits<double>::quiet_NaN()};
    const bool negative = text.starts_with('-');
    const std::string_view digits = negative || text.starts_with('+') ? text.substr(1) : text;
    if (isInfinity(digits)) return {Kind::Number, negative ? -infinity : infinity};
    const bool numeric =
        !digits.empty() && (digits[0] == '.' || (digits[0] >= '0' && digits[0] <= '9'));
    if (!numeric) return {};
    double value = 0;
    const auto [end, error] =
        fast_float::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::invalid_argument || end != digits.data() + digits.size()) return {};
    return {Kind::Number, negative ? -value : value};
}

} // namespace spillway
