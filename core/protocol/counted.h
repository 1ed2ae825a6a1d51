#pragma once

#include "protocol/run_record.h"

namespace spillway {

/// Whether a run is one of the repeats that medians, intervals and verdicts are made of: it
/// finished, and nothing says that its time or peak were not measured as they should be. These
/// flags do: "sampling-gap", "arrival-gap" (Spillway itself was stopped or starved), "suspended"
/// (the machine slept), "clock-skew", "seconds-from-host" and "setup-from-host" (the engine's stamps
/// are more than 50 ms from when they can have been made). Such a run stays visible with its flag.
bool counts(const RunRecord& record);

} // namespace spillway
