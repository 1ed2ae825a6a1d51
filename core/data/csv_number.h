#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// A field of a numeric column.
struct ParsedNumber {
    enum class Kind { Number, Missing, Garbage };
    Kind kind = Kind::Garbage;
    double value = 0; ///< NaN when missing
};

/// How a file writes its numbers.
struct NumberFormat {
    char decimal = '.';
    /// Words for a missing number that replace the standard ones; null: the standard ones.
    const std::vector<std::string>* missing = nullptr;
};

/// The number in a field, rounded to the nearest float64 (ties to even), for any number of digits.
/// - Spaces and tabs around it are ignored, one leading '+' is allowed.
/// - Decimal notation with an optional exponent ("1", "1.", ".5", "1e-7"); no hexadecimal, no
///   thousands separators. With a decimal comma a point is garbage.
/// - inf and infinity in any case with an optional sign are infinities; so is what overflows.
/// - Missing: see isMissingWord().
/// - Anything else is garbage.
ParsedNumber parseNumber(std::string_view field, const NumberFormat& format = {});

/// Whether `field` stands for a missing value. Spaces and tabs around it are ignored. An empty
/// field always does. Words match in any letter case: without a list NA, N/A, NaN, -NaN, +NaN,
/// null, None, <NA>, #N/A, #NA, #N/A N/A, [-]1.#IND and [-]1.#QNAN, which pandas treats as missing
/// by default.
bool isMissingWord(std::string_view field, const std::vector<std::string>* words = nullptr);
/// The standard words, in their most common spelling.
const std::vector<std::string>& standardMissingWords();

/// The same value for the most common form, [-]digits[.digits] with at most 19 digits after leading
/// zeros, several times faster; nothing for any other form, which parseNumber() then decides. 32
/// bytes before `begin` and 8 after `end` must be readable.
double parsePlainDecimal(const char* begin, const char* end);

} // namespace spillway

#include "data/csv_number_inline.h"
