#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// Marks `root`/`name` as ours, before it is created, with a file beside it.
Result<void> markEnvironment(const std::filesystem::path& root, const std::string& name);

/// Removes `root`/`name`. Having nothing to remove is not an error; NotPermitted for a directory
/// that Spillway did not create.
Result<void> removeEnvironment(const std::filesystem::path& root, const std::string& name);

/// Removes every environment below `root` that Spillway created, also those of engines that no
/// longer exist, and the installer with its downloads. Everything else stays. Returns the names of
/// the removed environments, sorted.
Result<std::vector<std::string>> removeAllEnvironments(const std::filesystem::path& root);

} // namespace spillway
