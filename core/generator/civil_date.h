#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace spillway {

/// Days since 1970-01-01 of "2024-02-29", years 1 to 9999; nothing when it is no date.
std::optional<std::int64_t> daysOfText(std::string_view text);
/// Microseconds since 1970-01-01 of "2024-02-29 23:59:59"; nothing when it is no such time.
std::optional<std::int64_t> microsecondsOfText(std::string_view text);

/// "2024-02-29": ten bytes. Returns the end.
char* writeDate(char* out, std::int64_t days);
/// "2024-02-29 23:59:59.123456": 26 bytes.
char* writeTimestamp(char* out, std::int64_t microseconds);

} // namespace spillway
