#pragma once

#include "base/error.h"

#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// The datasets of a preset, generated into the data directory unless they already exist. Progress
/// goes to stderr. Returns the paths.
Result<std::vector<std::string>> presetData(const std::string& presetId, double scale,
                                            std::stop_token stop);

} // namespace spillway
