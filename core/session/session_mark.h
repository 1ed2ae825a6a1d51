#pragma once

#include <filesystem>

namespace spillway {

/// Whether `path` is a session by its content (SQLite with our application_id), whatever its name;
/// false also when it cannot be read. Says nothing about its being whole.
bool isSession(const std::filesystem::path& path);

} // namespace spillway
