#pragma once

#include <dirent.h>
#include <fcntl.h>

#include <memory>

namespace spillway {

/// Flags for opening a directory that must not be a symbolic link.
constexpr int directoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
/// The result of opendir, or null; closed by its owner.
using DirectoryHandle = std::unique_ptr<DIR, CloseDirectory>;

} // namespace spillway
