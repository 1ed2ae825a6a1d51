#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spillway {

/// What a file is that holds no table that is read here.
struct FileKind {
    std::string name;   ///< "a PNG image", "a ZIP archive"
    std::string remedy; ///< what to do to get at a table; may be empty
};

/// By the first bytes of a file, whatever its name; nothing for what may be delimited text.
std::optional<FileKind> fileKindOf(std::string_view beginning);

} // namespace spillway
