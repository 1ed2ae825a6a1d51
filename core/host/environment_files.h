#pragma once

/// Reserved names in the environments' directory.
namespace spillway::environment_files {

/// The stamp in an environment, written last: what it was made from.
inline constexpr const char* stamp = "spillway.json";
/// The environment of uv, which creates the others.
inline constexpr const char* helper = ".uv";
inline constexpr const char* downloads = ".cache";
inline constexpr const char* scratch = ".scratch";

} // namespace spillway::environment_files
