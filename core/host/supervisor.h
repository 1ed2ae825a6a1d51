#pragma once

#include "measure/process_tree.h"
#include "protocol/run_record.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// How one run is started and bounded. Nothing in here comes from a session or a dataset but
/// `spec`, which travels on stdin.
struct Launch {
    std::vector<std::string> commandLine; ///< absolute program and fixed arguments
    std::vector<RoleRule> roles;
    RunSpec spec; ///< its `scratch` is chosen by the supervisor below scratchRoot
    CacheState cache = CacheState::Warm;
    /// Warm: data larger than this cannot be counted on to stay in the cache, and are evicted
    /// before the run instead (flag "exceeds-cache"); nothing: the memory that is available.
    std::optional<Bytes> cacheRoom;
    /// Warm: files of other runs that are dropped where they stand in the way of this run's.
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

/// Told what happens while it happens, on the thread that called Supervisor::run.
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
    RunRecord record; ///< status, times, memory, result: everything a single run knows of itself
    RunTrace trace;
};

/// Runs one child under a guard, from spawn to the last process gone. Blocks; every failure is a
/// status in the record, never an exception. One run at a time per supervisor.
class Supervisor {
public:
    explicit Supervisor(SupervisorOptions options);

    /// `stop` ends the run as cancelled within 2 s. The watchdog ends it as memory-limit when anon
    /// + shared is above launch.spec.memoryLimit in two samples running; a run that keeps more
    /// scratch files than launch.maxScratch ends as failed, with code NoSpace.
    RunOutcome run(const Launch& launch, RunObserver& observer, std::stop_token stop);

private:
    SupervisorOptions options_;
};

} // namespace spillway
