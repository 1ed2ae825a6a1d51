#include "work/watched_run.h"

#include <algorithm>
#include <locale>
#include <sstream>

namespace spillway {
namespace {

/// Drops every second one.
template <class T>
void thin(std::vector<T>& values)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values.size(); i += 2)
        values[kept++] = std::move(values[i]);
    values.resize(kept);
}

void applyPhase(WatchedRun& live, const PhaseEvent& phase, Seconds t)
{
    if (phase.begin) {
        live.phase = phase.name;
        if (live.phases.size() < maxKeptPhases) live.phases.push_back({phase.name, t, t});
        return;
    }
    for (auto span = live.phases.rbegin(); span != live.phases.rend(); ++span)
        if (span->name == phase.name && span->begin == span->end) {
            span->end = t;
            break;
        }
    live.phase.clear();
}

/// The setting "memoryThresholds", for instance "0.60 0.70 0.80".
void applySettings(WatchedRun& live, const std::map<std::string, std::string>& settings)
{
    const auto told = settings.find("memoryThresholds");
    if (told == settings.end()) return;
    std::istringstream shares(told->second);
    shares.imbue(std::locale::classic());
    live.memoryThresholds.clear();
    for (double share = 0; shares >> share;)
        if (share > 0 && share < 1) live.memoryThresholds.push_back(share);
}

void applyTasks(WatchedRun& live, const TasksEvent& event)
{
    live.tasks.insert(live.tasks.end(), event.spans.begin(), event.spans.end());
    while (live.tasks.size() > WatchedRun::maxTasks) {
        thin(live.tasks);
        live.taskStride *= 2;
    }
}

void applySeries(WatchedRun& live, const SeriesEvent& event)
{
    auto found = std::ranges::find(live.series, event.name, &Series::name);
    if (found == live.series.end()) {
        if (live.series.size() >= maxSeries) return;
        found = live.series.insert(found, {event.name, {}});
    }
    auto& points = found->points;
    // A session may hold what no run was allowed to send.
    for (const auto& point : event.points)
        if (points.empty() || point.first >= points.back().first) points.push_back(point);
    while (points.size() > WatchedRun::maxPoints)
        thin(points);
}

} // namespace

void WatchedRun::add(const Event& event)
{
    if (const auto* hello = std::get_if<HelloEvent>(&event.body)) {
        engineVersion = hello->version;
    } else if (const auto* ready = std::get_if<ReadyEvent>(&event.body)) {
        applySettings(*this, ready->settings);
    } else if (const auto* span = std::get_if<PhaseEvent>(&event.body)) {
        applyPhase(*this, *span, event.t);
    } else if (const auto* reading = std::get_if<ProgressEvent>(&event.body)) {
        progress = *reading;
    } else if (const auto* counted = std::get_if<CountersEvent>(&event.body)) {
        counters.push_back({event.t, *counted});
        if (counters.size() > maxCounters) thin(counters);
    } else if (const auto* stream = std::get_if<TasksEvent>(&event.body)) {
        applyTasks(*this, *stream);
    } else if (const auto* curve = std::get_if<SeriesEvent>(&event.body)) {
        applySeries(*this, *curve);
    } else if (const auto* line = std::get_if<LogEvent>(&event.body)) {
        if (log.size() < maxLog) log.push_back({event.t, line->level, line->message});
    } else if (const auto* failure = std::get_if<ErrorEvent>(&event.body)) {
        log.push_back({event.t, "error", describe(failure->error)});
    }
}

void WatchedRun::enter(RunState next, Seconds at)
{
    state = next;
    // Bytes read into the cache are not read by the engine.
    if (next == RunState::Running) progress.reset();
    if (next == RunState::Running) goAt = at;
    if (next == RunState::Finishing) doneAt = at;
    if (next == RunState::Ended) endedAt = at;
}

WatchedRun watchedRunOf(const RunRecord& record, const RunTrace& trace)
{
    WatchedRun live;
    live.run = {.cell = record.cell,
                .workload = record.workload,
                .repeat = record.repeat,
                .warmup = record.warmup,
                .round = record.round};
    for (const Event& event : trace.events)
        live.add(event);
    applySettings(live, record.settings);
    live.samples = trace.samples;
    live.tasks = trace.tasks;
    live.phases = record.phases;
    live.phase.clear();
    live.engineVersion = record.engineVersion;
    live.goAt = record.goAt;
    if (record.goAt && record.seconds) live.doneAt = *record.goAt + Seconds(*record.seconds);
    live.startedAt = record.goAt.value_or(Seconds(0)) - Seconds(record.setupSeconds.value_or(0));
    if (!trace.samples.empty()) live.startedAt = std::min(live.startedAt, trace.samples.front().t);
    if (!record.goAt && !trace.samples.empty()) live.startedAt = trace.samples.front().t;
    live.endedAt = live.startedAt + Seconds(record.wallSeconds);
    live.state = RunState::Ended;
    return live;
}

std::size_t PlanProgress::total() const
{
    return static_cast<std::size_t>(std::ranges::count_if(
        runs, [](const PlannedRun& run) { return !run.refusal.has_value(); }));
}

std::size_t PlanProgress::ended() const
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < runs.size(); ++i)
        count += !runs[i].refusal && statuses[i] ? 1 : 0;
    return count;
}

void PlanProgress::remove(std::size_t position)
{
    const auto at = static_cast<std::ptrdiff_t>(position);
    runs.erase(runs.begin() + at);
    statuses.erase(statuses.begin() + at);
    wallSeconds.erase(wallSeconds.begin() + at);
}

Seconds elapsedOf(const WatchedRun* run, Seconds now)
{
    if (!run) return Seconds(0);
    return std::max(Seconds(0), run->endedAt.value_or(now) - run->startedAt);
}

} // namespace spillway
