#pragma once

#include "protocol/run_record.h"

namespace spillway {

/// Whether a run counts in medians, intervals and verdicts: it finished, the user has not excluded
/// it, and no flag says that its
/// time or peak was not properly measured (run_flags.h: Spillway was stopped or starved, the
/// machine was suspended, the engine's time stamps are off by more than 50 ms). Other runs stay
/// visible with their flag.
bool counts(const RunRecord& record);

} // namespace spillway
