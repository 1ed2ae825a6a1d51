#include "host/live_run.h"

#include "measure/machine.h"

#include <fmt/format.h>

#include <utility>

namespace spillway {
namespace {

/// How long a child may take to exit after "bye" or an error.
constexpr Seconds exitGrace(3);
/// How long the guard may take to sweep after a stop before the host does it without the guard.
constexpr Seconds guardGrace(12);

} // namespace

void LiveRun::endAboveLimit(Bytes total)
{
    const auto limit = formatBytes(*watchdog_.limit());
    const auto text =
        watchdog_.times() > 1
            ? fmt::format("Stopped by Spillway at {}, more than twice the limit of {}, while the "
                          "answer was sent.",
                          formatBytes(total), limit)
            : fmt::format("Stopped by Spillway at {} (limit {}), during {}.", formatBytes(total),
                          limit, phase());
    endAtOnce(RunStatus::MemoryLimit,
              makeError(ErrorCode::MemoryLimit, text, "Raise the limit or use fewer workers."));
}

void LiveRun::checkTime()
{
    const auto now = monotonicNow();
    if (stoppingSince_) {
        guardLost_ = guardLost_ || now - *stoppingSince_ > guardGrace;
        return;
    }
    if (lastWordAt_ && now - *lastWordAt_ > exitGrace) {
        hungAfterBye_ = protocol_.saidBye();
        stoppingSince_ = now;
        child_->stop();
        return;
    }
    if (state_ == RunState::PreparingCache || now < deadline_) return;
    end(RunStatus::TimedOut,
        makeError(ErrorCode::TimedOut,
                  fmt::format("Stopped by Spillway after {}, the time-out, during {}.",
                              formatDuration(launch_.timeout), phase()),
                  "Give it a longer time-out or less data."));
}

void LiveRun::checkScratch()
{
    if (cause_) return;
    const auto above = scratchWatch_.above(child_->news().scratch, monotonicNow());
    if (!above) return;
    const auto text =
        fmt::format("Stopped by Spillway: its scratch files used {} (limit {}), during {}.",
                    formatBytes(*above), formatBytes(*scratchWatch_.most()), phase());
    end(RunStatus::Failed,
        makeError(ErrorCode::NoSpace, text,
                  "Allow more scratch space, or raise the memory limit so that less is spilled."));
}

void LiveRun::markStopping(RunStatus status, Error error)
{
    if (cause_) return;
    cache_.cancel();
    load_.reset();
    error.phase = phase();
    cause_ = StopCause{status, std::move(error)};
}

void LiveRun::end(RunStatus status, Error error)
{
    markStopping(status, std::move(error));
    if (stoppingSince_) return;
    stoppingSince_ = monotonicNow();
    child_->stop();
    enter(RunState::Stopping);
}

void LiveRun::endAtOnce(RunStatus status, Error error)
{
    markStopping(status, std::move(error));
    stoppingSince_ = monotonicNow();
    child_->kill();
    enter(RunState::Stopping);
}

} // namespace spillway
