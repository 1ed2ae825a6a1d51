#pragma once

#include "protocol/run_record.h"

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Why the host ended a run before it ended by itself.
struct StopCause {
    RunStatus status = RunStatus::Cancelled;
    Error error;
};

/// Everything that decides a run's status, as it stands when the last process is gone.
struct RunEnd {
    std::optional<StopCause> stopped;
    std::optional<Error> reported; ///< the engine's error event
    bool ready = false;
    bool hasResult = false;
    bool saidBye = false;
    bool hungAfterBye = false;   ///< killed by the host for it
    bool guardLost = false;      ///< the guard died or fell silent
    bool oomKill = false;        ///< the kernel killed something for memory, see oomKills()
    bool lostAtOomKill = false;  ///< a process of the run went at that time, see OomWatch
    std::optional<int> exitCode; ///< of the child
    std::optional<int> signal;   ///< that ended the child
    std::string phase;           ///< in which the run was
    std::string lastWords;       ///< last line of stderr
};

struct DecidedStatus {
    RunStatus status = RunStatus::Ok;
    std::optional<Error> error; ///< for every status but ok, with its phase
    std::vector<std::string> flags;
};

/// The status of a run. Silence is never success: without a result, or with a failing exit after
/// one, a run has failed.
DecidedStatus decideStatus(const RunEnd& end);

/// How often the kernel has killed for memory: /proc/vmstat and the cgroup's memory.events. A run
/// is out-of-memory only if this grew while it ran and the run shows that one of its processes was
/// killed: others are killed for memory, too, and that is no cause of a crash.
std::int64_t oomKills();

} // namespace spillway
