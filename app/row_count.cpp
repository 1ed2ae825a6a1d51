#include "app/row_count.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

constexpr double mostRows = 1e12;

constexpr std::pair<char, std::int64_t> suffixes[]{
    {'G', 1'000'000'000}, {'M', 1'000'000}, {'k', 1'000}};

} // namespace

Result<std::int64_t> parseRows(std::string_view text)
{
    const auto wrong = invalidArgument(fmt::format("\"{}\" is no number of rows.", text),
                                       "For instance 10k, 1M, 2.5M or 1G.");
    double factor = 1;
    std::string_view digits = text;
    for (const auto& [suffix, value] : suffixes)
        if (!digits.empty() &&
            (digits.back() == suffix || (suffix == 'k' && digits.back() == 'K'))) {
            factor = static_cast<double>(value);
            digits.remove_suffix(1);
            break;
        }
    double number = 0;
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != end) return wrong;
    const double rows = std::round(number * factor);
    if (!(rows >= 1 && rows <= mostRows) || std::abs(number * factor - rows) > 1e-3) return wrong;
    return static_cast<std::int64_t>(rows);
}

std::string rowsText(std::int64_t rows)
{
    for (const auto& [suffix, value] : suffixes)
        if (rows % value == 0) return fmt::format("{}{}", rows / value, suffix);
    return std::to_string(rows);
}

} // namespace spillway
