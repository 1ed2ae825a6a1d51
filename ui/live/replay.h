#pragma once

#include "work/watched_run.h"

namespace spillway {

/// A stored run as it was `elapsed` after its start: what a replay shows at a place of its
/// scrubber.
WatchedRun upTo(const WatchedRun& run, Seconds elapsed);
/// How long it took.
Seconds durationOf(const WatchedRun& run);

} // namespace spillway
