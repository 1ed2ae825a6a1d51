#pragma once

#include <filesystem>
#include <string_view>

namespace spillway {

/// "0.1.0". project(VERSION) in the root CMakeLists.txt is the only place that sets it.
std::string_view programVersion();

/// The name of the desktop entry, AppStream component and icon, in reverse-DNS form.
std::string_view desktopId();

/// Files that come with the program, located at run time. Absolute paths, without symbolic links
/// where the files exist; files may be missing.
struct ProgramFiles {
    std::filesystem::path worker;    ///< spillway-worker
    std::filesystem::path engines;   ///< directory of the built-in engines' manifests
    std::filesystem::path workloads; ///< directory with a folder for each kind of work
    std::filesystem::path adapters;  ///< directory of the Python adapters and their requirements
    std::filesystem::path manual;    ///< directory of the user's manual (Markdown)
};

/// The files of `program`, derived from its location alone: an installed tree may be moved as a
/// whole. A build tree has the same layout, made of links (cmake/Layout.cmake).
ProgramFiles filesOf(const std::filesystem::path& program);
/// The files of the running program.
ProgramFiles programFiles();

} // namespace spillway
