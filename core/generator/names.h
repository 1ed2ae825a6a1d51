#pragma once

#include <cstdint>
#include <string>

namespace spillway {

/// Name of category `index` ≥ 0 as a spreadsheet names its columns: A … Z, AA, AB …
std::string categoryName(std::int64_t index);

/// Name of numeric column `index` ≥ 0: x, y, z, x4, x5 …
std::string featureName(int index);

/// The header row of a generated file, with its line end: "id,x,y,category\n".
std::string headerRow(int features);

} // namespace spillway
