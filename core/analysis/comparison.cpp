#include "analysis/comparison.h"

#include "analysis/cache_start.h"
#include "analysis/cell_summary.h"
#include "analysis/verdict_words.h"
#include "protocol/decision_looks.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace spillway {
namespace {

using LineKey = std::tuple<std::string, std::string, FileFormat>; ///< engine, profile, format
using Runs = std::vector<const RunRecord*>;

/// The runs of one comparison by line and worker count, in the order the lines were first run.
struct Grouped {
    std::vector<LineKey> order;
    std::map<LineKey, std::map<int, Runs>> lines;
    const RunRecord* latest = nullptr;
};

ComparisonKey keyOf(const RunRecord& record)
{
    return {record.cell.dataset, record.cell.workload, record.cell.memoryLimit,
            record.cell.cache,   record.cell.address,  record.machine};
}

std::map<ComparisonKey, Grouped> grouped(const std::vector<RunRecord>& records)
{
    std::map<ComparisonKey, Grouped> groups;
    for (const auto& record : records) {
        auto& group = groups[keyOf(record)];
        if (!group.latest || record.id >= group.latest->id) group.latest = &record;
        if (record.warmup) continue;
        const LineKey key{record.cell.engine, record.cell.profile, record.cell.format};
        if (!group.lines.contains(key)) group.order.push_back(key);
        group.lines[key][record.cell.workers].push_back(&record);
    }
    return groups;
}

/// The reason an engine gives for refusing, when every run of its line was refused.
std::string unsupportedReason(const std::vector<CellSummary>& cells)
{
    std::string reason;
    for (const auto& cell : cells) {
        if (cell.statuses.empty()) continue; // its runs are excluded
        for (const auto& [status, count] : cell.statuses)
            if (status != RunStatus::Unsupported && count > 0) return {};
        if (reason.empty())
            reason = cell.firstError ? cell.firstError->message : "The engine cannot do this.";
    }
    return reason;
}

std::optional<int> sharedBaseline(const std::vector<EngineLine>& lines)
{
    std::map<int, int> support;
    for (const auto& line : lines)
        for (const auto& cell : line.cells)
            if (cell.seconds) ++support[cell.cell.workers];
    std::optional<int> best;
    for (const auto& [workers, count] : support)
        if (!best || count > support[*best]) best = workers;
    return best;
}

void addRatios(EngineLine& line, int baseline)
{
    const auto base = std::find_if(line.cells.begin(), line.cells.end(), [&](const auto& cell) {
        return cell.cell.workers == baseline && cell.seconds;
    });
    if (base == line.cells.end()) return;
    const double baseSeconds = base->seconds->median;
    for (auto& cell : line.cells) {
        if (!cell.seconds || cell.seconds->median <= 0) continue;
        if (cacheObstacle(cell, *base)) {
            cell.flags.emplace_back("cache-differs");
            continue;
        }
        cell.speedup = baseSeconds / cell.seconds->median;
        cell.efficiency = *cell.speedup * baseline / cell.cell.workers;
    }
}

/// The first median of a measure.
std::optional<double> firstOf(const std::vector<EngineLine>& lines, const std::string& measure)
{
    for (const auto& line : lines)
        for (const auto& cell : line.cells)
            if (const auto found = cell.measure(measure)) return found->median;
    return std::nullopt;
}

void addLevelsOfResults(Comparison& comparison)
{
    for (const Measure& measure : typeOf(comparison.workload).measures)
        for (const MeasureLevel& level : measure.levels)
            if (const auto value = firstOf(comparison.lines, level.measure))
                comparison.levels.push_back({measure.name, level.title, *value});
}

void addScaling(EngineLine& line, int usableCores)
{
    std::vector<ScalingPoint> points;
    const CellSummary* first = nullptr;
    for (const auto& cell : line.cells)
        if (cell.seconds && (cell.cell.workers <= usableCores || !cell.cell.address.empty())) {
            if (!first) first = &cell;
            if (cacheObstacle(cell, *first)) return;
            points.push_back({cell.cell.workers, cell.seconds->median, cell.seconds->n});
        }
    line.amdahl = fitAmdahl(points);
    line.usl = fitUsl(points);
}

EngineLine makeLine(const LineKey& key, const std::map<int, Runs>& cells, int usableCores,
                    const EngineCatalogue& engines)
{
    EngineLine line;
    std::tie(line.engine, line.profile, line.format) = key;
    const auto facts = engines.of(line.engine);
    line.name = lineName(facts.title, line.profile, line.format);
    line.deployable = facts.deployable;
    line.own = facts.own;
    for (const auto& [workers, runs] : cells)
        line.cells.push_back(summariseCell(runs, usableCores));
    line.unsupported = unsupportedReason(line.cells);
    addScaling(line, usableCores);
    return line;
}

bool repeatedUntilDecided(const Grouped& group)
{
    for (const auto& [key, cells] : group.lines)
        for (const auto& [workers, runs] : cells)
            for (const auto* run : runs)
                if (std::ranges::find(run->flags, untilDecidedFlag) != run->flags.end())
                    return true;
    return false;
}

std::vector<ExcludedRun> excludedRuns(const std::string& line, const std::map<int, Runs>& cells)
{
    std::vector<ExcludedRun> excluded;
    for (const auto& [workers, runs] : cells)
        for (const auto* run : runs)
            if (run->excluded)
                excluded.push_back({run->id, line, workers, run->repeat, *run->excluded});
    return excluded;
}

bool anyCounted(const Runs& runs)
{
    return std::ranges::any_of(runs, [](const auto* run) { return !run->excluded; });
}

std::optional<std::int64_t> rowsOf(const Grouped& group)
{
    for (const auto& [key, cells] : group.lines)
        for (const auto& [workers, runs] : cells)
            for (const auto* run : runs)
                if (run->status == RunStatus::Ok && run->rows > 0) return run->rows;
    return std::nullopt;
}

Comparison makeComparison(const ComparisonKey& key, const Grouped& group, int usableCores,
                          const CompareOptions& options)
{
    Comparison comparison;
    comparison.engines = options.engines;
    comparison.time = options.time;
    comparison.key = key;
    comparison.datasetName = group.latest->datasetName;
    comparison.dataHash = group.latest->dataHash;
    comparison.workload = group.latest->workload;
    std::set<int> workers;
    for (const auto& lineKey : group.order) {
        const auto& cells = group.lines.at(lineKey);
        comparison.lines.push_back(makeLine(lineKey, cells, usableCores, options.engines));
        std::ranges::move(excludedRuns(comparison.lines.back().name, cells),
                          std::back_inserter(comparison.excluded));
        if (!comparison.lines.back().unsupported.empty()) continue;
        for (const auto& [count, runs] : cells)
            if (anyCounted(runs)) workers.insert(count);
    }
    comparison.workers.assign(workers.begin(), workers.end());
    comparison.baselineWorkers =
        options.baselineWorkers ? options.baselineWorkers : sharedBaseline(comparison.lines);
    if (comparison.baselineWorkers)
        for (auto& line : comparison.lines)
            addRatios(line, *comparison.baselineWorkers);
    comparison.untilDecided = options.untilDecided || repeatedUntilDecided(group);
    comparison.rows = rowsOf(group);
    addLevelsOfResults(comparison);
    comparison.usableCores = usableCores;
    return comparison;
}

std::vector<RunRecord> withSetup(std::vector<RunRecord> records)
{
    for (RunRecord& record : records)
        if (record.seconds && record.setupSeconds)
            *record.seconds += *std::exchange(record.setupSeconds, std::nullopt);
    return records;
}

} // namespace

bool isFailure(RunStatus status)
{
    switch (status) {
    case RunStatus::Failed:
    case RunStatus::OutOfMemory:
    case RunStatus::MemoryLimit:
    case RunStatus::TimedOut:
    case RunStatus::WrongResult:
        return true;
    case RunStatus::Ok:
    case RunStatus::Cancelled:
    case RunStatus::Unsupported:
    case RunStatus::Skipped:
        return false;
    }
    return false;
}

bool finishedAlways(const CellSummary& cell)
{
    return cell.seconds && std::ranges::none_of(cell.statuses, [](const auto& counted) {
               return isFailure(counted.first) && counted.second > 0;
           });
}

std::vector<Comparison> compare(const std::vector<RunRecord>& records, int usableCores,
                                const CompareOptions& options)
{
    auto complete = options;
    complete.engines.include(records);
    const auto timed =
        options.time == TimeMeasure::WithSetup ? withSetup(records) : std::vector<RunRecord>();
    std::vector<std::pair<std::int64_t, Comparison>> dated;
    for (const auto& [key, group] : grouped(timed.empty() ? records : timed))
        if (!group.order.empty())
            dated.emplace_back(group.latest->id, makeComparison(key, group, usableCores, complete));
    std::stable_sort(dated.begin(), dated.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Comparison> comparisons;
    comparisons.reserve(dated.size());
    for (auto& [id, comparison] : dated)
        comparisons.push_back(std::move(comparison));
    return comparisons;
}

void addLevelsOf(const DatasetManifest& manifest, Comparison& comparison)
{
    for (const Measure& measure : typeOf(comparison.workload).measures)
        for (const MeasureLevel& level : measure.levels)
            if (const auto value = level.ofData ? level.ofData(manifest) : std::nullopt)
                comparison.levels.push_back({measure.name, level.title, *value, true});
}

std::string secondsTitle(TimeMeasure time)
{
    return time == TimeMeasure::WithSetup ? "Seconds with set-up" : "Seconds";
}

std::string speedupFormula(const Comparison& comparison)
{
    if (!comparison.baselineWorkers) return "speedup(p) = T(p₀) / T(p); no baseline yet";
    return fmt::format("speedup(p) = T(p₀) / T(p), p₀ = {}",
                       words::workersPhrase(*comparison.baselineWorkers));
}

std::string efficiencyFormula(const Comparison& comparison)
{
    if (!comparison.baselineWorkers) return "efficiency(p) = speedup(p) · p₀ / p; no baseline yet";
    return fmt::format("efficiency(p) = speedup(p) · p₀ / p, p₀ = {}",
                       words::workersPhrase(*comparison.baselineWorkers));
}

} // namespace spillway
