#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace spillway {

/// Rows as people write them: 10000, 10k, 1M, 2.5M, 1G. InvalidArgument on anything else, below 1
/// or above 10^12.
Result<std::int64_t> parseRows(std::string_view text);
/// The shortest that parseRows() reads as the same number: "10k", "1M", "12345".
std::string rowsText(std::int64_t rows);

} // namespace spillway
