#pragma once

#include <cstdint>
#include <string_view>

namespace spillway {

/// A field of a numeric column.
struct ParsedNumber {
    enum class Kind { Number, Missing, Garbage };
    Kind kind = Kind::Garbage;
    double value = 0; ///< NaN when missing
};

/// The number a field stands for, rounded to the nearest float64 (ties to even), whatever the
/// number of digits.
/// - Spaces and tabs around it are ignored, one leading '+' is allowed.
/// - Decimal notation with an optional exponent ("1", "1.", ".5", "1e-7"); no hexadecimal, no
///   thousands separators.
/// - inf and infinity in any case with an optional sign are infinities; so is what overflows.
/// - Missing, in any case: nothing at all, NA, N/A, NaN, null, None, <NA>, #N/A, #NA, #N/A N/A and
///   [-]1.#IND, [-]1.#QNAN: what pandas takes as missing by default.
/// - Anything else is garbage.
ParsedNumber parseNumber(std::string_view field);

/// The same value for the most frequent form, [-]digits[.digits] with at most 19 digits after
/// leading zeros, several times faster; nothing for any other form, which parseNumber() then
/// decides. 32 bytes before `begin` and 8 after `end` must be readable.
double parsePlainDecimal(const char* begin, const char* end);

} // namespace spillway

#include "data/csv_number_inline.h"
