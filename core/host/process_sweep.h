#pragma once

#include "base/units.h"

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <vector>

namespace spillway {

/// What a sweep did.
struct SweepOutcome {
    int killed = 0; ///< distinct processes that got SIGKILL
    int left = 0;   ///< still alive at the time limit (stuck in the kernel)
};

/// How long Python's resource trackers may take after all other processes are gone: for a run that
/// was stopped, which has to end soon, and for one that ended by itself, on a machine that may be
/// busy.
inline constexpr Seconds shortTrackerGrace{0.4};
inline constexpr Seconds longTrackerGrace{5};

/// For a single-threaded subreaper with SIGCHLD blocked: kills and reaps every descendant, setsid
/// or not, until there is none; Python's resource trackers last, so that they can remove what the
/// others leave in /dev/shm. Every orphan becomes a child of the subreaper, so "no child left"
/// means "no descendant left". `onReaped` gets each process as waitpid reports it.
SweepOutcome sweepDescendants(const std::function<void(pid_t, int)>& onReaped, Seconds limit,
                              Seconds trackerGrace);

/// Reaps every ended child; false when there is no child left at all.
bool reapChildren(const std::function<void(pid_t, int)>& onReaped);

/// A process as a sampler has seen it: `seen` (CLOCK_MONOTONIC) distinguishes it from a later one
/// with the same pid.
struct SeenProcess {
    pid_t pid = 0;
    Seconds seen{};
};

/// For a run whose guard is dead: kills processes marked with `scratch`, those `seen`, and their
/// descendants, until none is left or `limit` has passed.
SweepOutcome killMarked(const std::filesystem::path& scratch, const std::vector<SeenProcess>& seen,
                        Seconds limit);

} // namespace spillway
