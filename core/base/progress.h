#pragma once

#include "base/units.h"

#include <functional>

namespace spillway {

/// Reports the progress of reading files: 0 ≤ done ≤ total, in bytes. Called on the thread that
/// does the work, at most once for each piece that is read; may be empty.
using ByteProgress = std::function<void(Bytes done, Bytes total)>;

} // namespace spillway
