#pragma once

#include <filesystem>
#include <string_view>

namespace spillway {

/// "0.1.0". project(VERSION) in the root CMakeLists.txt is the only place that says it.
std::string_view programVersion();

/// The name of the desktop entry, AppStream component and icon, in reverse-DNS form.
std::string_view desktopId();

/// Files that come with the program and are found when it runs. Absolute paths without symbolic
/// links as far as the files exist; nothing is said about those that do not.
struct ProgramFiles {
    std::filesystem::path worker;   ///< spillway-worker
    std::filesystem::path engines;  ///< directory of the built-in engines' manifests
    std::filesystem::path adapters; ///< directory of the Python adapters and their requirements
    std::filesystem::path manual;   ///< directory of the user's manual (Markdown)
};

/// Those of the program `program`, whose place decides and nothing else: an installed tree may be
/// moved as a whole. A build tree has the same layout, made of links (cmake/Layout.cmake).
ProgramFiles filesOf(const std::filesystem::path& program);
/// Those of the running program.
ProgramFiles programFiles();

} // namespace spillway
