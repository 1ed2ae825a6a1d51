#pragma once

#include "base/units.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// Identity of a dataset's content that is quick even for 100 GB: XXH3-128 over, for each file, its
/// size and 64 blocks of 64 KiB at evenly spaced offsets (all of it when smaller), as 32
/// hexadecimal digits. Files in order; names and times do not matter.
Result<std::string> sampledFingerprint(const std::vector<std::filesystem::path>& paths);

/// XXH3-128 over every byte of every file, for those who want certainty.
Result<std::string> fullFingerprint(const std::vector<std::filesystem::path>& paths,
                                    std::stop_token stop);

} // namespace spillway
