#pragma once

#include "protocol/event.h"

#include <optional>
#include <vector>

namespace spillway {

/// The busiest worker's time in tasks ÷ the mean of all `workers`, those that got none included: 1
/// is even, `workers` is one that did everything. Tasks of one worker that overlap count once, and
/// by their processor time where it is told: wall time hides waiting for an interpreter's lock.
/// Tasks of which only a share was reported will do. Nothing for a single worker or without tasks.
std::optional<double> balanceOf(const std::vector<TaskSpan>& tasks, int workers);

} // namespace spillway
