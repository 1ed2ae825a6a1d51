#pragma once

#include "work/watched_run.h"

#include <QString>

namespace spillway {

/// Bytes of a run's objects by state, and tasks re-executed: one line, empty for an engine without
/// an object store.
QString objectsText(const WatchedRun& run);

} // namespace spillway
