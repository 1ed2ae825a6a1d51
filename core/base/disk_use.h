#pragma once

#include "base/units.h"

#include <filesystem>

namespace spillway {

/// What the regular files below `directory` take on disk: of a file with several names (hard links)
/// a share for each. 0 when there is no such directory. Symbolic links are not followed,
/// directories that may not be read are left out, and what
/// vanishes meanwhile does not count.
Bytes diskUse(const std::filesystem::path& directory);

} // namespace spillway
