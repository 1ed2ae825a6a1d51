#pragma once

#include "base/units.h"

namespace spillway::test {

/// Engines' work of which time, memory or use is known.

/// Takes 300 MB and holds them until 3 s after `begin`; the seconds from then to its return.
Seconds knownAnswer(Seconds begin);

/// Four processes inherit 200 MB, rewrite all of it and hold it for 1.5 s: 1,000 MB together.
void rewriteInForks();

/// Fifty processes one after another, each shorter than a sample: 20 ms of processor time and 100
/// waits in each.
void runBriefChildren();

} // namespace spillway::test
