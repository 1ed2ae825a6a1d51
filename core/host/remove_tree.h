#pragma once

#include "base/files.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// Names in an open directory, "." and ".." left out.
Result<std::vector<std::string>> entries(int directory);

/// Removes a directory and everything in it, however deep, with two descriptors and no recursion.
/// Symbolic links are removed, never followed; what is mounted in it is not entered and makes it
/// fail; directories without permissions get them first.
Result<void> removeTree(const std::filesystem::path& directory);

} // namespace spillway
