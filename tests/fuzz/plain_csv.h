#pragma once

#include "data/dataset.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway::fuzz {

using PlainRows = std::vector<std::vector<std::string>>;

/// The CSV grammar of data/csv_rows.h once more, byte by byte and without a thought for speed: what
/// the scanner is compared with. Nothing when the text is malformed. `columns`: how many fields a
/// row has; 0: as many as the first one.
std::optional<PlainRows> readPlainly(std::string_view text, const CsvFormat& format,
                                     std::size_t columns = 0);

} // namespace spillway::fuzz
