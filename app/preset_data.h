#pragma once

#include "generator/table_spec.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// The datasets of a preset, generated into the data directory unless they already exist. Progress
/// goes to stderr. Returns the paths.
Result<std::vector<std::string>> presetData(const std::string& presetId, double scale,
                                            std::stop_token stop);

/// The declaration of a suite's tables. InvalidArgument for one that does not exist.
Result<TableSetSpec> suiteSpec(const std::string& suite);
/// The tables of a suite of jobs at so many rows, made in the data directory unless they stand
/// there already. Returns NAME=PATH of each.
Result<std::vector<std::string>> suiteData(const std::string& suite, std::int64_t rows,
                                           std::stop_token stop);

} // namespace spillway
