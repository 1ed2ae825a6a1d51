#include "ui/live/race.h"

#include "protocol/counted.h"
#include "ui/live/live_band.h"
#include "work/cell_text.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace spillway {
namespace {

struct RaceText {
    Q_DECLARE_TR_FUNCTIONS(Race)
};

/// Which parts of a race's key have to be said, because they differ within the plan.
struct Differing {
    bool dataset = false;
    bool workload = false;
    bool limit = false;

    explicit Differing(const std::vector<const PlannedRun*>& firsts)
    {
        for (const PlannedRun* run : firsts) {
            dataset |= run->cell.dataset != firsts.front()->cell.dataset;
            workload |= run->cell.workload != firsts.front()->cell.workload;
            limit |= run->cell.memoryLimit != firsts.front()->cell.memoryLimit;
        }
    }
};

QString titleOf(const PlannedRun& run, const PlanProgress& plan, const Differing& differing)
{
    QStringList parts;
    if (differing.workload) parts << text(capitalised(nameOf(run.workload)));
    if (differing.dataset)
        parts << (run.dataset < plan.datasets.size()
                      ? text(plan.datasets[run.dataset])
                      : RaceText::tr("data %1").arg(run.dataset + 1));
    if (differing.limit)
        parts << (run.cell.memoryLimit ? bytesText(*run.cell.memoryLimit)
                                       : RaceText::tr("no limit"));
    return parts.join(QStringLiteral(" · "));
}

void addRecord(RaceFigures& figures, const RunRecord& record)
{
    const bool started =
        record.status != RunStatus::Unsupported && record.status != RunStatus::Skipped;
    if (started) figures.lastRun = std::max(figures.lastRun, record.id);
    if (isFailure(record.status) && record.error) figures.reason = describe(*record.error);
    const bool hollow = record.warmup && record.status == RunStatus::Ok && record.seconds &&
                        (!figures.seconds || figures.warmup);
    if (!hollow) return;
    figures.seconds = record.seconds;
    figures.warmup = true;
    figures.peakBytes = record.peakBytes;
    figures.spilledBytes = record.spilledBytes;
}

/// How its runs have ended so far.
void addRun(RaceRow& row, const PlannedRun& run, const std::optional<RunStatus>& status)
{
    if (run.refusal) {
        row.state = RaceState::Refused;
        row.figures.reason = describe(*run.refusal);
        return;
    }
    if (!run.warmup) ++row.planned;
    if (!status) return;
    if (!run.warmup) ++row.ended;
    if (isFailure(*status)) {
        row.state = RaceState::Failed;
        row.failure = *status;
    } else if (*status == RunStatus::Cancelled && row.state != RaceState::Failed) {
        row.state = RaceState::Stopped;
    } else if (*status == RunStatus::Ok && row.state != RaceState::Failed) {
        row.state = RaceState::Between;
    }
}

void addLive(RaceRow& row, const PlannedRun& run, const WatchedRun* live, Seconds now)
{
    row.state = RaceState::Running;
    row.warmingUp = run.warmup;
    if (!live || live->run.cell != row.cell) return;
    if (live->goAt)
        row.elapsed = std::max(0.0, (live->endedAt.value_or(now) - *live->goAt).count());
    else
        row.phase = phaseText(*live);
    if (live->goAt && live->progress && live->progress->total && *live->progress->total > 0)
        row.fraction = std::clamp(static_cast<double>(live->progress->done) /
                                      static_cast<double>(*live->progress->total),
                                  0.0, 1.0);
    for (const Sample& sample : live->samples)
        row.peakNow = std::max(row.peakNow.value_or(0), sample.anon + sample.shared);
    for (const CounterReading& reading : live->counters)
        row.spilledNow = std::max(row.spilledNow, reading.counters.spilledBytes.value_or(0));
}

int groupOf(const RaceRow& row)
{
    switch (row.state) {
    case RaceState::Refused:
        return 5;
    case RaceState::Failed:
        return 4;
    default:
        break;
    }
    if (row.figures.seconds) return 0;
    if (row.state == RaceState::Running) return 1;
    return row.state == RaceState::Waiting ? 2 : 3;
}

} // namespace

RaceKey raceOf(const CellKey& cell)
{
    return {cell.dataset, cell.workload, cell.memoryLimit, cell.cache, cell.address};
}

std::vector<Race> racesOf(const PlanProgress& plan)
{
    std::vector<Race> races;
    std::vector<const PlannedRun*> firsts;
    for (const PlannedRun& run : plan.runs) {
        const RaceKey key = raceOf(run.cell);
        if (std::ranges::find(races, key, &Race::key) != races.end()) continue;
        races.push_back({key, {}});
        firsts.push_back(&run);
    }
    const Differing differing(firsts);
    for (std::size_t i = 0; i < races.size(); ++i)
        races[i].title = titleOf(*firsts[i], plan, differing);
    return races;
}

RaceResults raceResults(const std::vector<Comparison>& comparisons,
                        const std::vector<RunRecord>& records)
{
    RaceResults results;
    for (const Comparison& comparison : comparisons)
        for (const EngineLine& line : comparison.lines)
            for (const CellSummary& cell : line.cells) {
                if (!cell.seconds) continue;
                RaceFigures& figures = results[cell.cell];
                figures.repeats = cell.secondsRepeats;
                figures.seconds = cell.seconds->median;
                if (cell.peakBytes) figures.peakBytes = std::llround(cell.peakBytes->median);
                figures.spilledBytes =
                    cell.spilledBytes ? std::llround(cell.spilledBytes->median) : 0;
            }
    for (const RunRecord& record : records)
        addRecord(results[record.cell], record);
    return results;
}

const Comparison* comparisonOf(const RaceKey& race, const std::vector<Comparison>& comparisons)
{
    const auto found =
        std::find_if(comparisons.rbegin(), comparisons.rend(), [&](const Comparison& comparison) {
            const ComparisonKey& key = comparison.key;
            return race ==
                   RaceKey{key.dataset, key.workload, key.memoryLimit, key.cache, key.address};
        });
    return found == comparisons.rend() ? nullptr : &*found;
}

std::vector<RaceRow> raceRows(const PlanProgress& plan, const RaceKey& race,
                              const RaceResults& results, const EngineCatalogue& engines,
                              const WatchedRun* live, Seconds now)
{
    std::vector<RaceRow> rows;
    std::map<CellKey, std::size_t> positions;
    for (std::size_t i = 0; i < plan.runs.size(); ++i) {
        const PlannedRun& run = plan.runs[i];
        if (raceOf(run.cell) != race) continue;
        const auto [position, isNew] = positions.emplace(run.cell, rows.size());
        if (isNew) {
            RaceRow row{.cell = run.cell, .name = lineText(run)};
            row.deployable = engines.of(run.cell.engine).deployable;
            if (const auto found = results.find(run.cell); found != results.end())
                row.figures = found->second;
            rows.push_back(std::move(row));
        }
        addRun(rows[position->second], run, plan.statuses[i]);
    }
    for (RaceRow& row : rows)
        if (row.state == RaceState::Between && row.ended >= row.planned)
            row.state = RaceState::Done;
    if (plan.current && raceOf(plan.runs[*plan.current].cell) == race) {
        const PlannedRun& run = plan.runs[*plan.current];
        addLive(rows[positions.at(run.cell)], run, live, now);
    }
    std::ranges::stable_sort(rows, {}, [](const RaceRow& row) {
        return std::tuple(groupOf(row), row.figures.warmup,
                          row.figures.seconds.value_or(std::numeric_limits<double>::infinity()));
    });
    int place = 0;
    for (RaceRow& row : rows)
        if (row.deployable && row.figures.seconds && groupOf(row) == 0) row.place = ++place;
    return rows;
}

} // namespace spillway
