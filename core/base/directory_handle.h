#pragma once

#include <dirent.h>
#include <fcntl.h>

#include <memory>

namespace spillway {

/// How a directory that may not be a link is opened.
constexpr int directoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
/// What opendir gave, or nothing; closed with its owner.
using DirectoryHandle = std::unique_ptr<DIR, CloseDirectory>;

} // namespace spillway
