#pragma once

#include "base/units.h"

#include <filesystem>

namespace spillway {

/// Disk space of the regular files below `directory`; a file with several hard links counts with a
/// share for each. 0 if there is no such directory. Symbolic links are not followed, unreadable
/// directories are left out, and files that vanish meanwhile do not count.
Bytes diskUse(const std::filesystem::path& directory);
/// The same, but each file counts in full: what is there, not what removing it would free.
Bytes fullSize(const std::filesystem::path& directory);

} // namespace spillway
