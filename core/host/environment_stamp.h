#pragma once

#include "base/json_fwd.h"

#include <filesystem>
#include <map>
#include <string>

/// What is known of an environment that was made: its stamp, and what lies in it.
namespace spillway {

/// The stamp's fields; an empty object for an environment without one that can be read.
Json stampIn(const std::filesystem::path& environment);

/// Where the packages of an environment lie; empty when there is no such place.
std::filesystem::path sitePackages(const std::filesystem::path& environment);

/// Entries of a directory, without bytecode; 1 for a file, 0 for nothing.
int countEntries(const std::filesystem::path& path);

/// What lies in an environment, by name, with how many entries it has. Packages may add files of
/// their own later, so fewer are damage, and more are none.
using PackageSizes = std::map<std::string, int>;
PackageSizes packageSizes(const std::filesystem::path& library);
/// By the folders in which installers describe them.
int countPackages(const PackageSizes& sizes);

} // namespace spillway
