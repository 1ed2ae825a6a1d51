#include "host/run_recorder.h"

#include "host/balance.h"

#include "base/json.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <utility>

namespace spillway {
namespace {

/// What is gone of the data from the page cache at done for a run not to have been one from memory.
constexpr double lostShare = 0.1;
/// How far a child's stamp may be from when the host knows it was written, before the host's clock
/// is believed.
constexpr Seconds stampTolerance(0.05);
/// The same for the spans of tasks, which only charts show: adapters convert other clocks.
constexpr Seconds spanTolerance(0.25);
/// Ten samples of the ordinary interval: what happened in a longer pause is not known.
constexpr Seconds longestPause(0.5);
/// A shorter pause counts where the run had little else.
constexpr Seconds shortRunPause(0.15);

std::string utcNow()
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

/// How long the machine has slept since it was started: CLOCK_MONOTONIC stands still meanwhile.
Seconds suspended()
{
    timespec awake{};
    timespec all{};
    ::clock_gettime(CLOCK_MONOTONIC, &awake);
    ::clock_gettime(CLOCK_BOOTTIME, &all);
    return Seconds(static_cast<double>(all.tv_sec - awake.tv_sec) +
                   1e-9 * static_cast<double>(all.tv_nsec - awake.tv_nsec));
}

CellKey knownCell(const Launch& launch)
{
    CellKey cell;
    cell.dataset = originOf(launch.spec.dataset);
    cell.format = formatOf(launch.spec.dataset);
    cell.workload = identityOf(launch.spec.workload);
    cell.profile = launch.spec.profile;
    cell.workers = launch.spec.workers;
    cell.memoryLimit = launch.spec.memoryLimit;
    cell.cache = launch.cache;
    cell.address = launch.spec.address.value_or("");
    return cell;
}

} // namespace

RunRecorder::RunRecorder(const Launch& launch)
{
    record_.cell = knownCell(launch);
    record_.datasetName = launch.spec.dataset.name;
    record_.workload = launch.spec.workload;
    record_.enforcement = launch.spec.address       ? "cluster"
                          : launch.spec.memoryLimit ? "watchdog"
                                                    : "none";
    if (!onCluster() && launch.spec.workers > usableCores()) flag("oversubscribed");
}

void RunRecorder::flag(std::string_view flag)
{
    if (std::ranges::find(record_.flags, flag) == record_.flags.end())
        record_.flags.emplace_back(flag);
}

void RunRecorder::started()
{
    record_.startedAt = utcNow();
    cpuAtStart_ = cpuTimes();
    startedAt_ = monotonicNow();
}

void RunRecorder::wentGo(Seconds at, const CacheOutcome& cache, Bytes driverResident)
{
    record_.goAt = at;
    if (!onCluster() && record_.setupSeconds && waiting_) {
        record_.atRest = waiting_;
        record_.atRest->startSeconds = *record_.setupSeconds;
    }
    suspendedAtGo_ = suspended();
    seen_ = {at};
    cpuAtGo_ = cpuTimes();
    runCpuAtGo_ = record_.userSeconds + record_.systemSeconds;
    driverAtGo_ = driverResident;
    // Residency of another user's file is unknown: no figure is better than 0.
    if (std::ranges::find(record_.flags, "residency-unknown") != record_.flags.end()) return;
    residentAtGo_ = cache.resident;
    const bool cold = cache.exceedsCache || record_.cell.cache == CacheState::Cold;
    if (cache.exceedsCache) flag("exceeds-cache");
    if (cold && cache.resident > 0.01) flag("not-cold");
    if (!cold && record_.cell.cache == CacheState::Warm && cache.resident < 0.99) flag("not-warm");
}

void RunRecorder::residentAtDone(double share)
{
    residentAtDone_ = share;
    if (residentAtGo_ && *residentAtGo_ - share >= lostShare) flag("cache-lost");
}

void RunRecorder::take(Event& event, Arrival arrival)
{
    arrival_ = arrival;
    const bool possible = std::isfinite(event.t.count()) &&
                          event.t >= startedAt_ - stampTolerance &&
                          event.t <= arrival.at + stampTolerance;
    if (!possible) {
        flag("clock-skew");
        event.t = arrival.at;
    }
    eventAt_ = event.t;
    if (auto* tasks = std::get_if<TasksEvent>(&event.body)) dropImpossible(*tasks);
    std::visit([this](const auto& body) { note(body); }, event.body);
    keep(event);
}

/// Spans that are not within the run: charts would follow them.
void RunRecorder::dropImpossible(TasksEvent& tasks)
{
    const auto dropped = std::erase_if(tasks.spans, [this](const TaskSpan& span) {
        return !(span.begin >= startedAt_ - spanTolerance && span.begin <= span.end &&
                 span.end <= arrival_.at + spanTolerance);
    });
    if (dropped > 0) flag("tasks-cut");
}

double RunRecorder::stamped(Seconds begin, const char* fromHost)
{
    const bool believed =
        eventAt_ >= arrival_.after - stampTolerance && eventAt_ <= arrival_.at + stampTolerance;
    if (!believed) flag(fromHost);
    if (arrival_.at - arrival_.after > longestPause) flag("arrival-gap");
    return std::max(0.0, ((believed ? eventAt_ : arrival_.at) - begin).count());
}

void RunRecorder::note(const HelloEvent& hello)
{
    record_.engineVersion = hello.version;
    record_.libraries = hello.libraries;
}

void RunRecorder::note(const ReadyEvent& ready)
{
    record_.settings = ready.settings;
    record_.setupSeconds = stamped(startedAt_, "setup-from-host");
}

void RunRecorder::note(const PhaseEvent& phase)
{
    if (phase.begin) {
        if (record_.phases.size() >= maxKeptPhases) return flag("phases-cut");
        open_.push_back(record_.phases.size());
        record_.phases.push_back({phase.name, eventAt_, eventAt_});
        return;
    }
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](std::size_t at) {
        return record_.phases[at].name == phase.name;
    });
    if (found == open_.rend()) return;
    auto& span = record_.phases[*found];
    span.end = std::max(span.begin, eventAt_);
    open_.erase(std::next(found).base());
}

void RunRecorder::note(const CountersEvent& counters)
{
    record_.rows = counters.rows.value_or(record_.rows);
    record_.spilledBytes = counters.spilledBytes.value_or(record_.spilledBytes);
    record_.restoredBytes = counters.restoredBytes.value_or(record_.restoredBytes);
    if (counters.reExecuted.value_or(0) > 0) flag("re-executed");
    if (onCluster() && counters.nodeMemory) noteNodes(*counters.nodeMemory);
}

bool RunRecorder::onCluster() const
{
    return !record_.cell.address.empty();
}

void RunRecorder::notePeak(Bytes bytes)
{
    record_.peakBytes = std::max(record_.peakBytes.value_or(0), bytes);
}

void RunRecorder::noteNodes(const std::map<std::string, Bytes>& nodes)
{
    nodesLost_ = nodesLost_ || nodes.empty();
    Bytes total = 0;
    for (const auto& [node, bytes] : nodes) {
        total += bytes;
        if (nodePeaks_.size() < maxNodes || nodePeaks_.contains(node))
            nodePeaks_[node] = std::max(nodePeaks_[node], bytes);
    }
    notePeak(total);
}

/// Of a run on a cluster: what is known of only some of its nodes is no figure.
void RunRecorder::settleNodes()
{
    if (nodesLost_ || nodePeaks_.empty()) {
        record_.peakBytes.reset();
        return flag("no-memory-figure");
    }
    flag("cluster-memory");
    std::string text;
    for (const auto& [node, bytes] : nodePeaks_)
        text += fmt::format("{}{}: {} bytes", text.empty() ? "" : ", ", node, bytes);
    record_.settings[memoryByNode] = std::move(text);
}

void RunRecorder::note(const TasksEvent& tasks)
{
    for (const auto& span : tasks.spans)
        tasks_.add(span);
    if (tasks.sampled && *tasks.sampled < 1) flag("tasks-sampled");
}

void RunRecorder::note(const DoneEvent&)
{
    if (!record_.goAt) return;
    record_.seconds = stamped(*record_.goAt, "seconds-from-host");
    // Phases that were not ended explicitly end with the work.
    for (const auto at : std::exchange(open_, {}))
        record_.phases[at].end = std::max(record_.phases[at].begin, eventAt_);
    const Seconds half(0.5 * *record_.seconds);
    const auto gap = longestGap();
    if (gap > longestPause || (gap > shortRunPause && gap > half)) flag("sampling-gap");
    if (suspended() - suspendedAtGo_ > stampTolerance) flag("suspended");
    flagDisturbances(arrival_.at);
}

void RunRecorder::note(const ResultEvent& result)
{
    record_.result = result.result;
    record_.rows = result.result.rows;
}

/// Processor seconds that a run may have taken without being seen: processes that ended since the
/// last sample (50 ms on two cores).
constexpr double unseen = 0.1;

/// Other processes above a fifth of a core, or a hypervisor that took more than a fiftieth of the
/// cores' time: measurement.md.
void RunRecorder::flagDisturbances(Seconds end)
{
    const double wall = (end - *record_.goAt).count();
    if (wall < 0.25) return; // CPU times come in hundredths: too coarse for a short run
    const auto now = cpuTimes();
    const double run = record_.userSeconds + record_.systemSeconds - runCpuAtGo_;
    const double others = now.busy - cpuAtGo_.busy - (now.self - cpuAtGo_.self) - run - loadCpu_;
    const double stolen = now.steal - cpuAtGo_.steal;
    if (others > 0.2 * wall + unseen || stolen > 0.02 * wall * usableCores()) flag("noisy");
}

void RunRecorder::keep(const Event& event)
{
    if (std::holds_alternative<TasksEvent>(event.body) ||
        std::holds_alternative<ResultEvent>(event.body))
        return;
    if (std::holds_alternative<ProgressEvent>(event.body)) return progress_.add(event);
    if (std::holds_alternative<CountersEvent>(event.body)) return counters_.add(event);
    if (rare_.size() >= maxKeptEvents || rareBytes_ >= maxKeptEventBytes) return flag("events-cut");
    rareBytes_ += eventLine(event).size();
    rare_.push_back(event);
}

void RunRecorder::take(const Sample& sample)
{
    // Of a run on a cluster the processes here are only the driver's. After the work the answer is
    // put into words for this program, which no user of the engine would do.
    if (!onCluster() && !record_.seconds) notePeak(sample.total());
    if (!record_.goAt) waiting_ = AtRest{0, sample.processes, sample.total()};
    record_.peakFileBytes = std::max(record_.peakFileBytes, sample.file);
    noteUsage(sample);
    record_.maxProcesses = std::max(record_.maxProcesses, sample.processes);
    record_.maxThreads = std::max(record_.maxThreads, sample.threads);
    noteSeen(sample.t);
    samples_.add(sample);
}

void RunRecorder::noteSeen(Seconds now)
{
    constexpr std::size_t few = 8;
    if (!record_.goAt || record_.seconds || now <= seen_.back()) return;
    seen_.push_back(now);
    if (seen_.size() <= few) return;
    gap_ = std::max(gap_, seen_[1] - seen_[0]);
    seen_.erase(seen_.begin());
}

/// Until the event in hand, which ends the run: the last few samples may have been taken after it.
Seconds RunRecorder::longestGap() const
{
    auto longest = std::max(gap_, eventAt_ - seen_.back());
    for (std::size_t i = 1; i < seen_.size(); ++i)
        longest = std::max(longest, std::min(seen_[i], eventAt_) - seen_[i - 1]);
    return longest;
}

void RunRecorder::takeUsage(const Sample& sample, std::int64_t contextSwitches)
{
    noteUsage(sample);
    record_.contextSwitches = std::max(record_.contextSwitches, contextSwitches);
}

void RunRecorder::noteUsage(const Sample& sample)
{
    record_.diskReadBytes = std::max(record_.diskReadBytes, sample.diskRead);
    record_.diskWrittenBytes = std::max(record_.diskWrittenBytes, sample.diskWritten);
    record_.userSeconds = std::max(record_.userSeconds, sample.userSeconds);
    record_.systemSeconds = std::max(record_.systemSeconds, sample.systemSeconds);
    record_.contextSwitches = std::max(record_.contextSwitches, sample.contextSwitches);
}

std::string RunRecorder::openPhase() const
{
    return open_.empty() ? std::string() : record_.phases[open_.back()].name;
}

RunOutcome RunRecorder::finish(Bytes hwmSum)
{
    const auto end = monotonicNow();
    record_.wallSeconds = (end - startedAt_).count();
    record_.hostCpuSeconds = cpuTimes().self - cpuAtStart_.self;
    record_.hwmSumBytes = hwmSum;
    if (onCluster()) settleNodes();
    for (const auto at : open_)
        record_.phases[at].end = end;
    if (driverAtGo_ && driverAtDone_) record_.rssDelta = *driverAtDone_ - *driverAtGo_;
    if (residentAtGo_) record_.residency = Residency{*residentAtGo_, residentAtDone_};
    RunOutcome outcome;
    outcome.trace.events = std::move(rare_);
    for (auto* series : {&progress_, &counters_})
        for (auto& event : series->take())
            outcome.trace.events.push_back(std::move(event));
    std::ranges::stable_sort(outcome.trace.events, {}, &Event::t);
    outcome.trace.samples = samples_.take();
    outcome.trace.tasks = tasks_.take();
    if (record_.status == RunStatus::Ok)
        record_.balance = balanceOf(outcome.trace.tasks, record_.cell.workers);
    outcome.record = std::move(record_);
    return outcome;
}

} // namespace spillway
