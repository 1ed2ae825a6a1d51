#include "ui/live/replay.h"

#include "ui/live/live_series.h"

#include <algorithm>

namespace spillway {
namespace {

/// Those that had happened by then.
template <class T>
void keepUntil(std::vector<T>& values, Seconds t, Seconds T::*time)
{
    std::erase_if(values, [&](const T& value) { return value.*time > t; });
}

} // namespace

Seconds durationOf(const WatchedRun& run)
{
    return run.endedAt.value_or(endOf(run)) - run.startedAt;
}

WatchedRun upTo(const WatchedRun& run, Seconds elapsed)
{
    if (elapsed >= durationOf(run)) return run;
    WatchedRun part = run;
    const Seconds now = run.startedAt + elapsed;
    keepUntil(part.samples, now, &Sample::t);
    keepUntil(part.counters, now, &CounterReading::t);
    keepUntil(part.tasks, now, &TaskSpan::end);
    keepUntil(part.phases, now, &PhaseSpan::begin);
    keepUntil(part.log, now, &LogLine::t);
    part.progress.reset(); // it is known of the end only
    part.endedAt.reset();
    part.phase.clear();
    for (const PhaseSpan& phase : part.phases)
        if (phase.end > now) part.phase = phase.name;
    part.state = RunState::Running;
    if (part.doneAt && *part.doneAt <= now)
        part.state = RunState::Finishing;
    else
        part.doneAt.reset();
    if (!part.goAt || *part.goAt > now) {
        part.goAt.reset();
        part.state = RunState::SettingUp;
    }
    return part;
}

} // namespace spillway
