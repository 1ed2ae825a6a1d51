#pragma once

#include "base/json_fwd.h"
#include "host/cache_task.h"
#include "host/child_process.h"
#include "host/load_generator.h"
#include "host/oom_watch.h"
#include "host/run_protocol.h"
#include "host/run_recorder.h"
#include "host/run_status.h"
#include "host/sample_pace.h"
#include "host/scratch_watch.h"
#include "host/supervisor.h"
#include "host/watchdog.h"
#include "protocol/event_limits.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// A run in progress: a single loop that serves the child, the guard, a timer, the page-cache task
/// and the caller's stop request, so that neither a flood of output nor a long read delays a sample
/// by more than one work item.
class LiveRun {
public:
    LiveRun(const SupervisorOptions& options, const Launch& launch, RunObserver& observer,
            std::stop_token stop);
    RunOutcome execute();

private:
    Result<void> start();
    Result<void> prepareRoot();
    void loop();
    void turn();
    void readOutput();
    void readErrors();
    void takeLine(std::string_view line);
    void takeEvent(Event event);
    /// Checks limits and, for a result, the ranges of its values; adds to it what the load
    /// generator has measured.
    Result<void> accept(Event& event);
    void breach(Error error);
    void react(const Event& event);
    void takeNews();
    void takeCache();
    void beginLoad(const ServingEvent& serving);
    void takeLoad();
    void takeLoadLine(std::string_view line);
    void endLoad(Error error);
    void sayOfLoad(std::string message);
    void tellLatency(const Json& rung);
    void tellOfLoad(EventBody body);
    std::string killReplica(std::int64_t pid);
    void sendGo(const CacheOutcome& cache);
    /// Called on the timer.
    void sample();
    void takeSample();
    void endAboveLimit(Bytes total);
    void checkTime();
    void checkScratch();
    void end(RunStatus status, Error error);
    void endAtOnce(RunStatus status, Error error);
    void markStopping(RunStatus status, Error error);
    void enter(RunState state);
    std::string phase() const;

    void drain();
    RunOutcome finish(std::optional<Error> startFailure);
    RunEnd ending();
    void settle(RunOutcome& outcome, const RunEnd& end);
    void release(RunRecord& record);
    std::vector<SeenProcess> seenProcesses() const;

    const SupervisorOptions& options_;
    const Launch& launch_;
    RunObserver& observer_;
    std::stop_token stop_;
    RunRecorder recorder_;
    SamplePace pace_;
    RunProtocol protocol_;
    EventLimits limits_;
    Watchdog watchdog_;
    ScratchWatch scratchWatch_;
    CacheTask cache_;
    UniqueFd timer_;
    UniqueFd stopEvent_;
    std::filesystem::path root_;
    std::unique_ptr<ChildProcess> child_;
    std::unique_ptr<ProcessTreeSampler> sampler_;
    std::unique_ptr<LoadGenerator> load_; ///< while the engine serves
    std::vector<std::int64_t> replicas_;  ///< of the engine's server
    std::optional<LoadReport> report_;    ///< of the load generator
    LineReader lines_{maxEventLine};
    TailBuffer errors_{std::size_t(1) << 20};
    RunState state_ = RunState::Starting;
    OomWatch oomWatch_; ///< from the beginning
    Seconds cacheBegan_{};
    Seconds deadline_{};
    Seconds lastSample_{};
    Arrival arrival_;     ///< of the last read
    Seconds watchedAt_{}; ///< time of the last sample that the watchdog checked
    bool specSent_ = false;
    bool guardLost_ = false;
    bool hungAfterBye_ = false;
    std::optional<Seconds> lastWordAt_; ///< arrival of the first of error and bye
    std::optional<Seconds> stoppingSince_;
    std::optional<StopCause> cause_;
    std::optional<Error> reported_;
};

} // namespace spillway
