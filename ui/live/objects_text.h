#pragma once

#include "work/watched_run.h"

#include <QString>

namespace spillway {

/// Bytes of a run's objects by state, and what had to be done again: one line, empty for an engine
/// without a store of objects.
QString objectsText(const WatchedRun& run);

} // namespace spillway
