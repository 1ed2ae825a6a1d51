#pragma once

#include "protocol/run_record.h"

namespace spillway {

/// Whether a run is one of the repeats that medians, intervals and verdicts are made of: it
/// finished, and no flag says that its time or peak were not measured as they should be
/// (run_flags.h: Spillway was stopped or starved, the machine slept, the engine's stamps are more
/// than 50 ms from when they can have been made). Such a run stays visible with its flag.
bool counts(const RunRecord& record);

} // namespace spillway
