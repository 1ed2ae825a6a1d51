#include "analysis/cell_summary.h"

#include "analysis/cache_start.h"
#include "protocol/counted.h"
#include "workloads/workload_type.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

namespace spillway {
namespace {

using Runs = std::vector<const RunRecord*>;

constexpr int repeatsForInterval = 6;
constexpr double slowFirstFactor = 1.2;

void addFlag(std::vector<std::string>& flags, const std::string& flag)
{
    if (std::find(flags.begin(), flags.end(), flag) == flags.end()) flags.push_back(flag);
}

/// The first repeat still warmed something up: it is above every other and 20 % above their median.
bool slowFirst(const std::vector<double>& seconds)
{
    if (seconds.size() < 3) return false;
    const auto others = medianInterval({seconds.begin() + 1, seconds.end()});
    const double largest = *std::max_element(seconds.begin() + 1, seconds.end());
    return seconds.front() > largest && seconds.front() > slowFirstFactor * others->median;
}

std::vector<std::string> flagsOf(const CellSummary& summary,
                                 const std::vector<const RunRecord*>& runs, int usableCores)
{
    std::vector<std::string> flags;
    if (summary.cell.address.empty() && summary.cell.workers > usableCores)
        addFlag(flags, "oversubscribed");
    const auto count = static_cast<int>(summary.secondsRepeats.size());
    if (count > 0 && count < repeatsForInterval) addFlag(flags, "few-repeats");
    if (slowFirst(summary.secondsRepeats)) addFlag(flags, "slow-first");
    const auto marked = outliers(summary.secondsRepeats);
    if (std::find(marked.begin(), marked.end(), true) != marked.end()) addFlag(flags, "outlier");
    for (const auto* run : runs)
        for (const auto& flag : run->flags)
            addFlag(flags, flag);
    return flags;
}

/// Whether an engine has said which version it is; before that a record has the installed one's.
bool saidItsVersion(const RunRecord& run)
{
    const bool started = run.setupSeconds || run.seconds || run.goAt;
    return started && !run.engineVersion.empty();
}

/// By which a run is compared with others.
std::optional<double> comparedSeconds(const RunRecord& run)
{
    const WorkloadType& type = typeOf(run.workload);
    if (!type.secondsOf || !run.seconds) return run.seconds;
    return run.result ? type.secondsOf(*run.result) : std::nullopt;
}

/// What later runs say about the time that a run might have been given.
struct LaterRuns {
    Seconds longestTimeout{}; ///< of those that tell it
    double longestSeconds = 0;

    void add(const RunRecord& run)
    {
        longestTimeout = std::max(longestTimeout, run.timeout.value_or(Seconds(0)));
        longestSeconds = std::max(longestSeconds, run.wallSeconds);
    }
    /// Whether `run` was ended by a time-out shorter than a later run's. Records of earlier
    /// versions have no time-out: then a later run must have taken longer, by more than stopping
    /// takes.
    bool hadMore(const RunRecord& run) const
    {
        if (run.status != RunStatus::TimedOut) return false;
        if (run.timeout && longestTimeout > Seconds(0)) return longestTimeout > *run.timeout;
        return longestSeconds > 1.1 * run.wallSeconds + 1;
    }
};

/// Whether `run` failed, or was skipped after failures, and was run again in its place.
bool wasRunAgain(const RunRecord& run, const Runs& runs)
{
    return (isFailure(run.status) || run.status == RunStatus::Skipped) &&
           std::ranges::any_of(runs, [&](const auto* other) {
               return other->id > run.id && other->planId == run.planId &&
                      other->round == run.round && other->repeat == run.repeat &&
                      (other->status == RunStatus::Ok || isFailure(other->status));
           });
}

/// The runs that a summary is made of: the newest one, and those under its settings. Left out are
/// runs of another version of the engine, those ended by a time-out shorter than the one that a
/// later run was given, and failures that were run again.
Runs underTheSameSettings(Runs runs)
{
    std::ranges::sort(runs, std::greater(), &RunRecord::id);
    const auto newest = std::ranges::find_if(runs, [](const auto* run) {
        return run->status == RunStatus::Ok || isFailure(run->status);
    });
    if (newest == runs.end()) return runs;
    Runs same;
    LaterRuns later;
    for (const auto* run : runs) {
        const bool otherVersion = saidItsVersion(*run) && saidItsVersion(**newest) &&
                                  run->engineVersion != (*newest)->engineVersion;
        if (!otherVersion && !later.hadMore(*run) && !wasRunAgain(*run, runs)) same.push_back(run);
        later.add(*run);
    }
    return same;
}

/// Why a run failed, without the folders before its dataset's name: beside other cells there is
/// room for the cause, and which file it was is known.
Error shortError(const RunRecord& run)
{
    Error error = *run.error;
    const auto place = "/" + run.datasetName;
    for (auto end = error.message.find(place); end != std::string::npos && !run.datasetName.empty();
         end = error.message.find(place)) {
        const auto before = error.message.find_last_of(" \"'", end);
        const auto begin = before == std::string::npos ? 0 : before + 1;
        error.message.erase(begin, end + 1 - begin);
    }
    return error;
}

/// What the engine takes beside the work.
void addEase(CellSummary& summary, const Runs& runs)
{
    std::vector<double> starts;
    std::vector<double> processes;
    std::vector<double> bytes;
    std::int64_t newest = -1;
    for (const auto* run : runs) {
        if (!counts(*run)) continue;
        if (run->atRest) {
            starts.push_back(run->atRest->startSeconds);
            processes.push_back(run->atRest->processes);
            bytes.push_back(static_cast<double>(run->atRest->bytes));
        }
        if (run->id <= newest) continue;
        newest = run->id;
        if (run->installation) summary.installation = run->installation;
        const auto lines = run->settings.find(programLinesSetting);
        if (lines == run->settings.end()) continue;
        int number = 0;
        const auto& text = lines->second;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failed == std::errc() && end == text.data() + text.size() && number > 0)
            summary.programLines = number;
    }
    summary.startSeconds = medianInterval(starts);
    summary.restProcesses = medianInterval(processes);
    summary.restBytes = medianInterval(bytes);
}

} // namespace

bool isUnchecked(const CellSummary& cell)
{
    return std::ranges::find(cell.flags, uncheckedFlag) != cell.flags.end();
}

std::optional<Interval> CellSummary::measure(const std::string& name) const
{
    const auto found = measures.find(name);
    return found == measures.end() ? std::nullopt : std::optional(found->second);
}

CellSummary summariseCell(const Runs& all, int usableCores)
{
    Runs counted = all;
    std::erase_if(counted, [](const RunRecord* run) { return run->excluded.has_value(); });
    auto runs = underTheSameSettings(counted);
    std::stable_sort(runs.begin(), runs.end(), [](const RunRecord* a, const RunRecord* b) {
        return std::pair(a->repeat, a->id) < std::pair(b->repeat, b->id);
    });
    CellSummary summary;
    summary.cell = all.front()->cell;
    summary.excluded = static_cast<int>(all.size() - counted.size());
    for (const auto* run : all)
        summary.runIds.push_back(run->id);
    std::vector<double> setups;
    std::map<std::string, std::vector<double>> measures;
    std::vector<double> residencies;
    std::vector<double> diskReads;
    std::vector<double> spilled;
    for (const auto* run : runs) {
        ++summary.statuses[run->status];
        if (run->error && !summary.firstError) summary.firstError = shortError(*run);
        if (isFailure(run->status)) summary.rowsReached = std::max(summary.rowsReached, run->rows);
        if (!counts(*run)) continue;
        if (const auto seconds = comparedSeconds(*run)) {
            summary.secondsRepeats.push_back(*seconds);
            summary.rounds.push_back({run->planId, run->round});
        }
        if (run->setupSeconds) setups.push_back(*run->setupSeconds);
        if (run->peakBytes) summary.peakRepeats.push_back(static_cast<double>(*run->peakBytes));
        spilled.push_back(static_cast<double>(run->spilledBytes));
        if (run->residency) residencies.push_back(run->residency->atGo);
        diskReads.push_back(static_cast<double>(run->diskReadBytes));
        for (const auto& [name, value] : measuresOf(*run))
            measures[name].push_back(value);
    }
    summary.seconds = medianInterval(summary.secondsRepeats);
    summary.peakBytes = medianInterval(summary.peakRepeats);
    if (std::ranges::any_of(spilled, [](double bytes) { return bytes > 0; }))
        summary.spilledBytes = medianInterval(spilled);
    summary.setupSeconds = medianInterval(setups);
    for (auto& [name, values] : measures)
        if (const auto interval = medianInterval(std::move(values)))
            summary.measures.emplace(name, *interval);
    summary.residentAtGo = medianInterval(residencies);
    summary.diskReadBytes = medianInterval(diskReads);
    addEase(summary, runs);
    summary.flags = flagsOf(summary, runs, usableCores);
    if (!residencies.empty()) {
        const auto [least, most] = std::ranges::minmax(residencies);
        if (most - least >= sameResidency) addFlag(summary.flags, "mixed-cache");
    }
    if (runs.size() < counted.size()) addFlag(summary.flags, "older-settings-left-out");
    if (summary.excluded > 0) addFlag(summary.flags, "runs-excluded");
    return summary;
}

} // namespace spillway
