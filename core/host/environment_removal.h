#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// Marks `root`/`name` as a directory of ours, from before its making on: a file beside it.
Result<void> markEnvironment(const std::filesystem::path& root, const std::string& name);

/// Removes `root`/`name`. Nothing to remove is no error; NotPermitted for a directory that was not
/// made here.
Result<void> removeEnvironment(const std::filesystem::path& root, const std::string& name);

/// Removes every environment below `root` that was made here, also those of engines that are no
/// more, and what made them: the installer with its downloads. What was not made here stays.
/// Returns the names of the environments that are gone, sorted.
Result<std::vector<std::string>> removeAllEnvironments(const std::filesystem::path& root);

} // namespace spillway
