#pragma once

#include "base/progress.h"
#include "data/file_stamp.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// Identity of a dataset's content that is quick even for 100 GB: XXH3-128 over, for each file, its
/// size and 64 blocks of 64 KiB at evenly spaced offsets (all of it when smaller), as 32
/// hexadecimal digits. Files in order; names and times do not matter.
Result<std::string> sampledFingerprint(const std::vector<std::filesystem::path>& paths);

/// XXH3-128 over every byte of every file, which tells apart what the samples do not.
Result<std::string> fullFingerprint(const std::vector<std::filesystem::path>& paths,
                                    std::stop_token stop, const ByteProgress& progress = {});

/// XXH3-128 over the stamps of a dataset's files, in order: files with the same one need not be
/// read again.
std::string stampFingerprint(const std::vector<FileStamp>& stamps);

} // namespace spillway
