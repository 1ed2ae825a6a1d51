#pragma once

/// Names below the directory of environments that are not an engine's.
namespace spillway::environment_files {

/// In an environment, written last: what it was made from.
inline constexpr const char* stamp = "spillway.json";
/// The environment of uv, which makes the others.
inline constexpr const char* helper = ".uv";
inline constexpr const char* downloads = ".cache";
inline constexpr const char* scratch = ".scratch";

} // namespace spillway::environment_files
