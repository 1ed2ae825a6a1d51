#include "generator/civil_date.h"

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

constexpr std::int64_t microsPerDay = 86'400'000'000;

/// The number in text[from, from + count), which has to be digits.
std::optional<int> digitsAt(std::string_view text, std::size_t from, std::size_t count)
{
    int number = 0;
    for (const char c : text.substr(from, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

char* writeDigits(char* out, std::int64_t value, int count)
{
    for (int i = count - 1; i >= 0; --i, value /= 10)
        out[i] = static_cast<char>('0' + value % 10);
    return out + count;
}

} // namespace

std::optional<std::int64_t> daysOfText(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digitsAt(text, 0, 4);
    const auto month = digitsAt(text, 5, 2);
    const auto day = digitsAt(text, 8, 2);
    if (!year || !month || !day || *year < 1) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> microsecondsOfText(std::string_view text)
{
    if (text.size() != 19 || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto days = daysOfText(text.substr(0, 10));
    const auto hours = digitsAt(text, 11, 2);
    const auto minutes = digitsAt(text, 14, 2);
    const auto seconds = digitsAt(text, 17, 2);
    if (!days || !hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59)
        return std::nullopt;
    return *days * microsPerDay +
           (*hours * 3600 + *minutes * 60 + *seconds) * std::int64_t{1'000'000};
}

char* writeDate(char* out, std::int64_t days)
{
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
    out = writeDigits(out, static_cast<int>(date.year()), 4);
    *out++ = '-';
    out = writeDigits(out, static_cast<unsigned>(date.month()), 2);
    *out++ = '-';
    return writeDigits(out, static_cast<unsigned>(date.day()), 2);
}

char* writeTimestamp(char* out, std::int64_t microseconds)
{
    std::int64_t days = microseconds / microsPerDay;
    std::int64_t rest = microseconds % microsPerDay;
    if (rest < 0) {
        rest += microsPerDay;
        --days;
    }
    out = writeDate(out, days);
    *out++ = ' ';
    out = writeDigits(out, rest / 3'600'000'000, 2);
    *out++ = ':';
    out = writeDigits(out, rest / 60'000'000 % 60, 2);
    *out++ = ':';
    out = writeDigits(out, rest / 1'000'000 % 60, 2);
    *out++ = '.';
    return writeDigits(out, rest % 1'000'000, 6);
}

} // namespace spillway
