#pragma once

#include "measure/process_tree.h"
#include "protocol/run_record.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// How one run is started and bounded. Only `spec`, which is passed on stdin, comes from a session
/// or a dataset.
struct Launch {
    std::vector<std::string> commandLine; ///< absolute program and fixed arguments
    std::vector<RoleRule> roles;
    int protocol = firstProtocolVersion; ///< in which `spec` is written
    RunSpec spec; ///< its `scratch` is chosen by the supervisor below scratchRoot
    CacheState cache = CacheState::Warm;
    /// Warm: data larger than this may not stay in the cache, and are evicted before the run
    /// instead (flag "exceeds-cache"); nothing: the available memory.
    std::optional<Bytes> cacheRoom;
    /// Warm: files of other runs, dropped if they leave too little room for this run's.
    std::vector<std::filesystem::path> otherFiles;
    Seconds timeout{600};
    std::optional<Bytes> maxScratch; ///< most bytes of scratch files on disk
};

struct SupervisorOptions {
    std::filesystem::path guardProgram; ///< spillway-worker
    std::filesystem::path scratchRoot;  ///< on a real disk; refused on tmpfs
    Seconds sampleInterval{0.05};
};

enum class RunState { Starting, SettingUp, PreparingCache, Running, Finishing, Stopping, Ended };

/// Notified as the run progresses, on the thread that called Supervisor::run.
class RunObserver {
public:
    virtual ~RunObserver() = default;
    virtual void onState(RunState) {}
    /// While the files are read into the cache, before go.
    virtual void onCacheProgress(Bytes /*done*/, Bytes /*total*/) {}
    virtual void onEvent(const Event&) {}
    virtual void onSample(const Sample&) {}
};

struct RunOutcome {
    RunRecord record; ///< status, times, memory, result: everything known from a single run
    RunTrace trace;
};

/// Runs one child under a guard, from spawn to the last process gone. Blocks; every failure is a
/// status in the record, never an exception. One run at a time per supervisor.
class Supervisor {
public:
    explicit Supervisor(SupervisorOptions options);

    /// `stop` ends the run as cancelled within 2 s. The watchdog ends it as memory-limit when anon
    /// + shared is above launch.spec.memoryLimit in two consecutive samples; a run that keeps more
    /// scratch files than launch.maxScratch ends as failed, with code NoSpace.
    RunOutcome run(const Launch& launch, RunObserver& observer, std::stop_token stop);

private:
    SupervisorOptions options_;
};

} // namespace spillway
