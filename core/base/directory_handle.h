#pragma once

#include <dirent.h>

#include <memory>

namespace spillway {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
/// What opendir gave, or nothing; closed with its owner.
using DirectoryHandle = std::unique_ptr<DIR, CloseDirectory>;

} // namespace spillway
