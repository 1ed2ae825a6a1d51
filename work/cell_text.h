#pragma once

#include "work/watched_run.h"

#include <QString>

namespace spillway {

/// "Dask · tuned, 4 workers, repeat 2" for bands, lists and the status bar.
QString cellText(const PlannedRun& run);
/// "Dask", as in legends.
QString engineText(const PlannedRun& run);
/// "Dask naive", as in legends.
QString lineText(const PlannedRun& run);
/// "Starting", "Setting up" …, in the user's language.
QString stateText(RunState state);
/// "done", "out of memory" …
QString statusText(RunStatus status);

} // namespace spillway
