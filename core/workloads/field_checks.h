#pragma once

#include "base/error.h"
#include "base/units.h"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

namespace spillway {

/// Limits of an engine's results, in bytes and counts (docs/protocol.md); protocol/event.h has
/// those of events.
inline constexpr std::size_t maxEntries = 200;    ///< settings, libraries, timings; warnings
inline constexpr std::size_t maxTextBytes = 4096; ///< a log's or error's text; longer is cut
/// Counts and bytes: whole numbers from 0 that a float64 holds.
inline constexpr std::int64_t maxCount = std::int64_t(1) << 53;
/// Groups of a result, and all their keys together.
inline constexpr std::int64_t maxGroups = 20'000'000;
inline constexpr Bytes maxGroupKeyBytes = Bytes(1) << 30;

/// The value of null where a number is expected.
inline constexpr double unknownNumber = std::numeric_limits<double>::quiet_NaN();

/// An engine's text as shown in a message: its first 40 bytes.
std::string excerpt(const std::string& text);
/// NaN as "null", as JSON has it.
std::string excerpt(double value);

// Each is a Protocol error that names the field, what it should hold and what it holds.

Result<void> checkCount(std::string_view field, std::int64_t count, std::int64_t least,
                        std::int64_t most);
/// From 0 to 1.
Result<void> checkShare(std::string_view field, double share);
/// Finite and not negative.
Result<void> checkLoss(std::string_view field, double loss);
Result<void> checkFinite(std::string_view field, double value);
/// A list's length; `what`: "numbers per row, one per feature".
Result<void> checkSize(std::string_view field, std::size_t size, std::size_t expected,
                       std::string_view what);
/// The first failure of several checks.
Result<void> firstFault(std::initializer_list<Result<void>> checks);

} // namespace spillway
