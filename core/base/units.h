#pragma once

#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace spillway {

/// A size in bytes. Signed, so that differences are safe.
using Bytes = std::int64_t;
/// Tables and charts divide bytes by this.
constexpr double megabyte = 1e6;
/// A length of time, or a point on CLOCK_MONOTONIC counted from boot.
using Seconds = std::chrono::duration<double>;

/// "8GB" = 8·10^9, "2GiB" = 2·2^30, also kB/KB, MB, TB, KiB, MiB, TiB, a plain number or "…B".
/// Fractions are allowed ("1.5GB"). InvalidArgument on anything else, negative or above 2^62.
Result<Bytes> parseBytes(std::string_view text);
/// Three significant digits in decimal units, as the tables print sizes: "1.53 GB", "64.0 MB", "12
/// B".
std::string formatBytes(Bytes bytes);

/// "90s", "10min", "1.5h", "1h30min" (large units first), or a plain number of seconds. Else, or
/// when negative, InvalidArgument.
Result<Seconds> parseDuration(std::string_view text);
/// A duration for display: "0.004 s", "0.42 s", "12.3 s", "4 min 05 s", "2 h 10 min".
std::string formatDuration(Seconds duration);

/// A whole number with thousands separators, for display: 20000000 -> "20,000,000".
std::string formatCount(std::int64_t count);

/// CLOCK_MONOTONIC now: the one clock that events and samples are stamped with.
Seconds monotonicNow();

} // namespace spillway
