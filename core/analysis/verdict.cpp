#include "analysis/comparison.h"
#include "analysis/engine_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

/// Below this many runs two engines are never called different (docs/measurement.md).
constexpr int runsForVerdict = 5;

struct Candidate {
    const EngineLine* line = nullptr;
    const CellSummary* cell = nullptr;
};

std::string within(std::optional<Bytes> limit)
{
    return limit ? fmt::format(" within {}", formatBytes(*limit)) : std::string();
}

std::string workersPhrase(int workers)
{
    return fmt::format("{} {}", workers, workers == 1 ? "worker" : "workers");
}

std::string nameOf(const Candidate& candidate)
{
    return lineName(candidate.line->engine, candidate.line->profile, candidate.line->parameters);
}

std::string runsPhrase(int count)
{
    return count == 1 ? "1 run" : fmt::format("{} runs", count);
}

/// "6.2 s (6.0–6.5)": two significant digits of a second are all that a verdict needs, and minutes
/// from two minutes on.
std::string secondsPhrase(const Interval& seconds)
{
    const bool minutes = seconds.median >= 120;
    const double scale = minutes ? 60 : 1;
    const double shown = seconds.median / scale;
    const int decimals = shown < 0.1 ? 3 : shown < 1 ? 2 : shown < 100 ? 1 : 0;
    std::string text = fmt::format("{:.{}f} {}", shown, decimals, minutes ? "min" : "s");
    if (seconds.n > 1)
        text += fmt::format(" ({:.{}f}–{:.{}f})", seconds.low / scale, decimals,
                            seconds.high / scale, decimals);
    return text;
}

std::string peakPhrase(const CellSummary& cell)
{
    if (!cell.peakBytes || cell.peakBytes->median <= 0) return {};
    return fmt::format(", {} peak", formatBytes(std::llround(cell.peakBytes->median)));
}

/// The fastest cell of each line, fastest line first.
std::vector<Candidate> fastestOfEachLine(const Comparison& comparison, std::optional<Bytes> limit)
{
    std::vector<Candidate> best;
    for (const auto& line : comparison.lines) {
        const CellSummary* fastest = nullptr;
        for (const auto& cell : line.cells) {
            if (!cell.seconds) continue;
            const bool fits =
                !limit || !cell.peakBytes || cell.peakBytes->median <= static_cast<double>(*limit);
            if (fits && (!fastest || cell.seconds->median < fastest->seconds->median))
                fastest = &cell;
        }
        if (fastest) best.push_back({&line, fastest});
    }
    std::stable_sort(best.begin(), best.end(), [](const Candidate& a, const Candidate& b) {
        return a.cell->seconds->median < b.cell->seconds->median;
    });
    return best;
}

bool overlap(const Interval& a, const Interval& b)
{
    return a.low <= b.high && b.low <= a.high;
}

std::string comparedWith(const Candidate& leader, const Candidate& next)
{
    const auto& a = *leader.cell->seconds;
    const auto& b = *next.cell->seconds;
    const int fewest = std::min(a.n, b.n);
    if (fewest < runsForVerdict)
        return fmt::format(" Too few runs to call {} slower ({}); run {} more.", nameOf(next),
                           secondsPhrase(b), 6 - fewest);
    return fmt::format(" {:.1f}× faster than {}, {}.", b.median / a.median, nameOf(next),
                       secondsPhrase(b));
}

std::string evidence(const Candidate& candidate)
{
    return fmt::format("{}{}, {}", secondsPhrase(*candidate.cell->seconds),
                       peakPhrase(*candidate.cell), runsPhrase(candidate.cell->seconds->n));
}

std::string recommendation(const std::vector<Candidate>& candidates, const std::string& data,
                           std::optional<Bytes> limit)
{
    const auto& leader = candidates.front();
    if (candidates.size() > 1) {
        const auto& next = candidates[1];
        const auto& a = *leader.cell->seconds;
        const auto& b = *next.cell->seconds;
        if (std::min(a.n, b.n) >= runsForVerdict && overlap(a, b))
            return fmt::format("No difference shown between {} ({}) and {} ({}){}. Choose by "
                               "memory, or run 6 more.",
                               nameOf(leader), secondsPhrase(a), nameOf(next), secondsPhrase(b),
                               within(limit));
    }
    auto text = fmt::format("Fastest{} on {}: {}, {}, {}.", within(limit), data, nameOf(leader),
                            workersPhrase(leader.cell->cell.workers), evidence(leader));
    if (candidates.size() > 1) text += comparedWith(leader, candidates[1]);
    return text;
}

std::string reference(const Candidate& twin)
{
    return fmt::format("Spillway's own engine ({}, {}): {}. Reference only, not a library you can "
                       "deploy.",
                       nameOf(twin), workersPhrase(twin.cell->cell.workers), evidence(twin));
}

/// Twice the limit, in a round figure of 1, 1.5, 2, 3, 4, 6 or 8 times a power of ten.
Bytes nextLimit(Bytes limit)
{
    const double wanted = 2 * static_cast<double>(limit);
    const double decade = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0})
        if (step * decade >= wanted * (1 - 1e-9)) return std::llround(step * decade);
    return std::llround(10 * decade);
}

std::string nothingFinished(const Comparison& comparison, std::optional<Bytes> limit)
{
    int runs = 0;
    bool memory = false;
    std::string example;
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells) {
            for (const auto& [status, count] : cell.statuses) {
                if (status == RunStatus::Skipped || status == RunStatus::Unsupported) continue;
                runs += count;
                memory =
                    memory || status == RunStatus::MemoryLimit || status == RunStatus::OutOfMemory;
            }
            if (example.empty() && cell.firstError)
                example =
                    fmt::format(" {}: {}", lineName(line.engine, line.profile, line.parameters),
                                cell.firstError->message);
        }
    if (runs == 0) return "No finished runs yet. Points appear after the first run.";
    auto text = fmt::format("Nothing finished{}.{}", within(limit), example);
    if (memory && limit) text += fmt::format(" Try {}.", formatBytes(nextLimit(*limit)));
    return text;
}

} // namespace

std::string verdict(const Comparison& comparison, const std::map<std::string, bool>& deployable,
                    std::optional<Bytes> memoryLimit)
{
    const auto limit = memoryLimit ? memoryLimit : comparison.key.memoryLimit;
    const auto isDeployable = [&](const std::string& engine) {
        const auto found = deployable.find(engine);
        return found == deployable.end() ? !isNativeTwin(engine) : found->second;
    };
    std::vector<Candidate> candidates;
    std::optional<Candidate> twin;
    for (const auto& candidate : fastestOfEachLine(comparison, limit)) {
        if (isDeployable(candidate.line->engine))
            candidates.push_back(candidate);
        else if (!twin)
            twin = candidate;
    }
    std::string text;
    if (!candidates.empty()) text = recommendation(candidates, comparison.datasetName, limit);
    if (twin) text += (text.empty() ? "" : " ") + reference(*twin);
    return text.empty() ? nothingFinished(comparison, limit) : text;
}

} // namespace spillway
