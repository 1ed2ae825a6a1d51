#pragma once

#include <map>
#include <string>

namespace spillway {

/// Versions of the libraries the native engines compute with.
std::map<std::string, std::string> nativeLibraries();

} // namespace spillway
