#pragma once

#include <filesystem>

namespace spillway {

/// Whether `path` is a session by its content (SQLite with our application_id), whatever its name;
/// false also when it cannot be read. Does not check that it is complete.
bool isSession(const std::filesystem::path& path);

} // namespace spillway
