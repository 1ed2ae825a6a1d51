#include "base/units.h"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>
#include <utility>

namespace spillway {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr std::array<Unit, 15> byteUnits{{{"", 1},
                                          {"B", 1},
                                          {"kB", 1e3},
                                          {"KB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"TB", 1e12},
                                          {"KiB", 1024.0},
                                          {"MiB", 1048576.0},
                                          {"GiB", 1073741824.0},
                                          {"TiB", 1099511627776.0},
                                          {"k", 1e3},
                                          {"M", 1e6},
                                          {"G", 1e9},
                                          {"T", 1e12}}};

constexpr std::array<Unit, 8> timeUnits{{{"", 1},
                                         {"ms", 1e-3},
                                         {"s", 1},
                                         {"sec", 1},
                                         {"m", 60},
                                         {"min", 60},
                                         {"h", 3600},
                                         {"d", 86400}}};

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// The non-negative number that `text` begins with, which is taken off; nothing when there is none.
std::optional<double> takeNumber(std::string_view& text)
{
    text = trimmed(text);
    double number = 0;
    const auto parsed = fast_float::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
    text = trimmed(text.substr(static_cast<std::size_t>(parsed.ptr - text.data())));
    return number;
}

template <std::size_t N>
std::optional<double> factorOf(std::string_view name, const std::array<Unit, N>& units)
{
    for (const auto& unit : units)
        if (unit.name == name) return unit.factor;
    return std::nullopt;
}

/// A non-negative number followed by one of `units`; nothing when it is anything else.
template <std::size_t N>
std::optional<double> parseQuantity(std::string_view text, const std::array<Unit, N>& units)
{
    const auto number = takeNumber(text);
    const auto factor = factorOf(text, units);
    if (!number || !factor) return std::nullopt;
    return *number * *factor;
}

/// "1h30min": quantities with a unit each, every one smaller than the one before it; or one alone.
std::optional<double> parseQuantities(std::string_view text)
{
    double sum = 0;
    double before = std::numeric_limits<double>::infinity();
    bool first = true;
    do {
        const auto number = takeNumber(text);
        const auto word = text.substr(0, text.find_first_of("0123456789."));
        text.remove_prefix(word.size());
        const auto factor = factorOf(trimmed(word), timeUnits);
        const bool bare = trimmed(word).empty();
        if (!number || !factor || *factor >= before || (bare && !(first && text.empty())))
            return std::nullopt;
        sum += *number * *factor;
        before = *factor;
        first = false;
    } while (!text.empty());
    return sum;
}

} // namespace

Result<Bytes> parseBytes(std::string_view text)
{
    const auto value = parseQuantity(text, byteUnits);
    if (!value || *value > 0x1p62)
        return invalidArgument(
            fmt::format("\"{}\" is not a size.", text),
            "Write a number and a unit, for instance 8GB (10^9) or 2GiB (2^30).");
    return static_cast<Bytes>(std::llround(*value));
}

std::string formatBytes(Bytes bytes)
{
    const double magnitude = std::abs(static_cast<double>(bytes));
    if (magnitude < 1000) return fmt::format("{} B", bytes);
    static constexpr std::array<std::pair<double, std::string_view>, 4> scales{
        {{1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}}};
    std::size_t scale = 0;
    // 999.5 kB would print as "1000 kB": move on to the next unit from there.
    while (scale + 1 < scales.size() && magnitude >= 999.5 * scales[scale].first)
        ++scale;
    const double value = static_cast<double>(bytes) / scales[scale].first;
    const int decimals = std::abs(value) < 9.995 ? 2 : std::abs(value) < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, scales[scale].second);
}

Result<Seconds> parseDuration(std::string_view text)
{
    const auto value = parseQuantities(text);
    if (!value)
        return invalidArgument(fmt::format("\"{}\" is not a duration.", text),
                               "Write a number and a unit, for instance 90s, 10min or 1h30min.");
    return Seconds(*value);
}

std::string formatDuration(Seconds duration)
{
    const double seconds = duration.count();
    if (seconds < 0) return "-" + formatDuration(-duration);
    if (seconds > 0 && seconds < 0.0995) return fmt::format("{:.3f} s", seconds);
    if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
    if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = std::llround(seconds);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string formatCount(std::int64_t count)
{
    std::string digits = std::to_string(count < 0 ? -count : count);
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
        digits.insert(static_cast<std::size_t>(place), ",");
    return count < 0 ? "-" + digits : digits;
}

Seconds monotonicNow()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return Seconds(static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9);
}

} // namespace spillway
