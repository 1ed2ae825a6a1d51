#pragma once

#include "base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// A file that belongs to a user's script.
struct ScriptFile {
    std::filesystem::path path;
    std::string text;
};

/// A script and the modules that it may import from its own directory.
struct ScriptFiles {
    std::vector<ScriptFile> files;    ///< the script itself, then its modules' by path
    std::vector<std::string> modules; ///< their names, as import statements say them; sorted
};

/// Reads a script and the files beside it that its import statements, or those of modules found
/// this way, name: NAME.py, NAME….so, and all .py and .so files of a package NAME. Text that only
/// looks like a statement (in a string) finds too much, never too little; a module imported without
/// a statement is not found, and script_engine does not let it be imported. InvalidArgument above
/// 500 files or 16 MiB, else as readFile().
Result<ScriptFiles> readScriptFiles(const std::filesystem::path& script);

} // namespace spillway
