#pragma once

#include "base/files.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// Names in an open directory, without "." and "..".
Result<std::vector<std::string>> entries(int directory);

/// Removes a directory and everything in it, however deep, with two descriptors and no recursion.
/// Symbolic links are removed, never followed; mount points below it are not entered and make it
/// fail; directories without permissions are made accessible first.
Result<void> removeTree(const std::filesystem::path& directory);

} // namespace spillway
