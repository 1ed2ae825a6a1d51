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
    bool guardLost = false;      ///< the guard died or stopped answering
    bool oomKill = false;        ///< the kernel OOM-killed something, see oomKills()
    bool lostAtOomKill = false;  ///< a process of the run disappeared at that time, see OomWatch
    std::optional<int> exitCode; ///< of the child
    std::optional<int> signal;   ///< that ended the child
    std::string phase;           ///< phase that the run was in
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

/// Number of out-of-memory kills: /proc/vmstat and the cgroup's memory.events. A run is
/// out-of-memory only if this grew while it ran and one of its own processes was evidently killed:
/// a kill elsewhere does not explain a crash.
std::int64_t oomKills();

} // namespace spillway
