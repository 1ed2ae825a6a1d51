#include "analysis/recommendation.h"

#include "analysis/cache_start.h"
#include "protocol/decision_looks.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spillway {
namespace {

/// Of each of four looks at 5, 10, 20 and 40 rounds, so that all of them together call at most 5 %
/// of equal engines different: Pocock's boundary for looks that double. The leader of a look is
/// chosen by the same rounds, so that each pair counts, not only those of the leader.
constexpr double lookSignificance = 0.015;
constexpr double worthwhileGain = 1.1; // more workers that gain less are not worth having

int failuresIn(const CellSummary& cell)
{
    int failures = 0;
    for (const auto& [status, count] : cell.statuses)
        if (isFailure(status)) failures += count;
    return failures;
}

int finishedIn(const CellSummary& cell)
{
    const auto found = cell.statuses.find(RunStatus::Ok);
    return found == cell.statuses.end() ? 0 : found->second;
}

/// The largest peak of any repeat, since the limit applies to every repeat, not the median. Nothing
/// if not every finished repeat was measured.
std::optional<Bytes> largestPeak(const CellSummary& cell)
{
    if (cell.peakRepeats.empty() || static_cast<int>(cell.peakRepeats.size()) < finishedIn(cell))
        return std::nullopt;
    return std::llround(*std::ranges::max_element(cell.peakRepeats));
}

bool fits(const CellSummary& cell, std::optional<Bytes> limit)
{
    const auto& held = cell.cell.memoryLimit;
    if (!limit || (held && *held <= *limit)) return true;
    const auto peak = largestPeak(cell);
    return peak && *peak <= *limit;
}

bool contends(const CellSummary& cell, std::optional<Bytes> limit)
{
    return finishedAlways(cell) && fits(cell, limit);
}

/// A line and its fastest contending cell.
struct Entry {
    const EngineLine* line = nullptr;
    const CellSummary* cell = nullptr;
};

const CellSummary* fastestCell(const EngineLine& line, std::optional<Bytes> limit)
{
    const CellSummary* fastest = nullptr;
    for (const auto& cell : line.cells)
        if (contends(cell, limit) && (!fastest || cell.seconds->median < fastest->seconds->median))
            fastest = &cell;
    return fastest;
}

std::map<std::string, double> declaredMeasures(const CellSummary& cell, const WorkloadType& type)
{
    std::map<std::string, double> medians;
    for (const Measure& measure : type.measures)
        if (const auto found = cell.measure(measure.name)) medians[measure.name] = found->median;
    return medians;
}

Contender contender(const Entry& entry, const WorkloadType& type)
{
    const auto& cell = *entry.cell;
    return {.name = entry.line->name,
            .cell = cell.cell,
            .own = entry.line->own,
            .seconds = *cell.seconds,
            .peakBytes = cell.peakBytes ? Bytes(std::llround(cell.peakBytes->median)) : 0,
            .measures = declaredMeasures(cell, type),
            .flags = cell.flags};
}

std::string failureWords(const CellSummary& cell)
{
    const int failures = failuresIn(cell);
    const int all = failures + finishedIn(cell);
    std::string cause = cell.firstError ? cell.firstError->message : "no reason given";
    if (failures == all) return cause;
    return fmt::format("{} of {} runs failed with {} {}: {}", failures, all, cell.cell.workers,
                       cell.cell.workers == 1 ? "worker" : "workers", cause);
}

bool memoryFailed(const CellSummary& cell)
{
    return cell.statuses.contains(RunStatus::MemoryLimit) ||
           cell.statuses.contains(RunStatus::OutOfMemory);
}

/// Why a line has no contender; nothing when it simply has not been run.
std::optional<RuledOut> ruledOut(const EngineLine& line, const Comparison& comparison,
                                 std::optional<Bytes> limit)
{
    RuledOut out{
        .name = line.name, .engine = line.engine, .profile = line.profile, .own = line.own};
    out.why = line.unsupported;
    std::optional<Bytes> least;
    bool unmeasured = false;
    std::int64_t reached = 0;
    const CellSummary* failed = nullptr;
    for (const auto& cell : line.cells) {
        reached = std::max(reached, cell.rowsReached);
        if (finishedAlways(cell)) {
            const auto peak = largestPeak(cell);
            unmeasured = unmeasured || !peak;
            if (peak) least = std::min(least.value_or(*peak), *peak);
        }
        // The most informative cell is the one that finished most often.
        if (failuresIn(cell) > 0 && (!failed || finishedIn(cell) > finishedIn(*failed)))
            failed = &cell;
    }
    if (out.why.empty() && least && limit) {
        out.why = fmt::format("used {} in runs that were not limited to {}", formatBytes(*least),
                              formatBytes(*limit));
        out.ran = out.memory = out.unheld = true;
    } else if (out.why.empty() && unmeasured && limit) {
        out.why =
            fmt::format("its memory was not measured, so it may exceed {}", formatBytes(*limit));
        out.ran = true;
    } else if (out.why.empty() && failed) {
        out.why = failureWords(*failed);
        out.finished = finishedIn(*failed);
        out.ran = true;
        out.memory = memoryFailed(*failed);
        if (comparison.rows && *comparison.rows > 0)
            out.share =
                std::min(1.0, static_cast<double>(reached) / static_cast<double>(*comparison.rows));
    }
    if (out.why.empty()) return std::nullopt;
    return out;
}

/// Bonferroni's, over every pair of `contenders`.
std::vector<double> adjustedOverPairs(std::vector<double> p, std::size_t contenders)
{
    const auto pairs = static_cast<double>(contenders * (contenders - 1)) / 2;
    for (double& value : p)
        value = std::min(1.0, value * pairs);
    return p;
}

/// The rivals of the leader, corrected over those that can be judged.
std::vector<Rival> rivalsOf(const std::vector<Entry>& entries, const WorkloadType& type,
                            bool untilDecided)
{
    std::vector<Rival> rivals;
    std::vector<double> p;
    const auto judged = [](const Rival& rival) { return rival.rounds >= roundsForVerdict; };
    const double level = untilDecided ? lookSignificance : significance;
    for (std::size_t i = 1; i < entries.size(); ++i) {
        Rival rival{.contender = contender(entries[i], type)};
        if (auto obstacle = cacheObstacle(*entries[i].cell, *entries.front().cell)) {
            rival.standing = Standing::OtherStart;
            rival.obstacle = std::move(*obstacle);
            rivals.push_back(std::move(rival));
            continue;
        }
        auto logRatios = commonLogRatios(*entries[i].cell, *entries.front().cell);
        rival.rounds = static_cast<int>(logRatios.size());
        if (untilDecided && judged(rival))
            logRatios.resize(static_cast<std::size_t>(lookReached(rival.rounds)));
        rival.ratio = pairedRatio(logRatios);
        if (judged(rival)) p.push_back(rival.ratio->p);
        rivals.push_back(std::move(rival));
    }
    const auto adjusted = untilDecided ? adjustedOverPairs(p, entries.size()) : holmAdjusted(p);
    std::size_t next = 0;
    for (auto& rival : rivals) {
        const int look = lookAfter(rival.rounds);
        if (untilDecided && look > 0) rival.nextLook = look;
        if (!judged(rival)) continue;
        rival.adjustedP = adjusted[next++];
        // Medians and means of logarithms may disagree on the order: then nothing is shown.
        if (*rival.adjustedP < level && rival.ratio->ratio > 1)
            rival.standing = Standing::Slower;
        else
            rival.standing = rival.nextLook ? Standing::TooFewRounds : Standing::NoDifference;
    }
    return rivals;
}

RecommendationKind kindOf(const Recommendation& found)
{
    if (!found.leader) {
        const auto finished = [](const RuledOut& out) { return out.finished > 0; };
        if (std::ranges::any_of(found.ruledOut, finished)) return RecommendationKind::SomeFailed;
        const bool ran = std::ranges::any_of(found.ruledOut, &RuledOut::ran);
        return ran ? RecommendationKind::NothingFinished : RecommendationKind::NothingRun;
    }
    const auto any = [&](Standing standing) {
        return std::ranges::find(found.rivals, standing, &Rival::standing) != found.rivals.end();
    };
    if (any(Standing::NoDifference)) return RecommendationKind::NoDifference;
    return any(Standing::TooFewRounds) || any(Standing::OtherStart) ? RecommendationKind::CannotTell
                                                                    : RecommendationKind::Winner;
}

/// The smallest count such that every larger one is shown to gain less than 10 %.
std::optional<int> enoughWorkers(const EngineLine& line, std::optional<Bytes> limit)
{
    std::vector<const CellSummary*> cells;
    for (const auto& cell : line.cells)
        if (contends(cell, limit)) cells.push_back(&cell);
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
        const bool enough = std::all_of(cells.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                        cells.end(), [&](const CellSummary* more) {
                                            if (cacheObstacle(*cells[i], *more)) return false;
                                            const auto gain = pairedRatio(*cells[i], *more);
                                            return gain && gain->rounds >= roundsForVerdict &&
                                                   gain->high < worthwhileGain;
                                        });
        if (enough) return cells[i]->cell.workers;
    }
    return std::nullopt;
}

/// Twice the limit, in a round figure of 1, 1.5, 2, 3, 4, 6 or 8 times a power of ten.
Bytes twice(Bytes limit)
{
    const double wanted = 2 * static_cast<double>(limit);
    const double decade = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0})
        if (step * decade >= wanted * (1 - 1e-9)) return std::llround(step * decade);
    return std::llround(10 * decade);
}

/// More memory is suggested only if nothing else is known to help.
void addNextLimit(Recommendation& found, Bytes ram)
{
    if (found.kind != RecommendationKind::NothingFinished || !found.limit ||
        std::ranges::none_of(found.ruledOut, &RuledOut::memory))
        return;
    const Bytes next = twice(*found.limit);
    found.machineTooSmall = ram > 0 && next > ram;
    if (!found.machineTooSmall) found.nextLimit = next;
}

} // namespace

std::string_view name(Standing standing)
{
    switch (standing) {
    case Standing::Slower:
        return "slower";
    case Standing::NoDifference:
        return "no-difference";
    case Standing::TooFewRounds:
        return "too-few-rounds";
    case Standing::OtherStart:
        return "other-start";
    }
    return {};
}

std::string_view name(RecommendationKind kind)
{
    switch (kind) {
    case RecommendationKind::Winner:
        return "winner";
    case RecommendationKind::NoDifference:
        return "no-difference";
    case RecommendationKind::CannotTell:
        return "cannot-tell";
    case RecommendationKind::SomeFailed:
        return "some-failed";
    case RecommendationKind::NothingFinished:
        return "nothing-finished";
    case RecommendationKind::NothingRun:
        return "nothing-run";
    }
    return {};
}

Recommendation recommend(const Comparison& comparison, std::optional<Bytes> memoryLimit)
{
    Recommendation found;
    found.dataset = comparison.datasetName;
    found.workload = comparison.workload;
    const WorkloadType& type = typeOf(comparison.workload);
    found.time = comparison.time;
    found.excluded = comparison.excluded;
    found.limit = memoryLimit ? memoryLimit : comparison.key.memoryLimit;
    std::vector<Entry> entries;
    Entry reference;
    for (const auto& line : comparison.lines) {
        const Entry entry{&line, fastestCell(line, found.limit)};
        if (line.deployable && entry.cell) entries.push_back(entry);
        if (line.deployable && !entry.cell)
            if (auto out = ruledOut(line, comparison, found.limit))
                found.ruledOut.push_back(std::move(*out));
        if (!line.deployable && entry.cell &&
            (!reference.cell || entry.cell->seconds->median < reference.cell->seconds->median))
            reference = entry;
        if (!line.deployable && !entry.cell && !found.referenceOut)
            found.referenceOut = ruledOut(line, comparison, found.limit);
    }
    std::ranges::stable_sort(entries, {},
                             [](const Entry& entry) { return entry.cell->seconds->median; });
    if (reference.cell) {
        found.reference = contender(reference, type);
        found.referenceOut.reset();
    }
    if (!entries.empty()) {
        found.leader = contender(entries.front(), type);
        found.rivals = rivalsOf(entries, type, comparison.untilDecided);
        found.enoughWorkers = enoughWorkers(*entries.front().line, found.limit);
        found.moreWorkersUntried =
            found.leader->cell.workers == entries.front().line->cells.back().cell.workers &&
            found.leader->cell.workers < comparison.usableCores;
    }
    found.kind = kindOf(found);
    addNextLimit(found, comparison.ram);
    return found;
}

} // namespace spillway
