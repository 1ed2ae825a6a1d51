#include "analysis/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace spillway {
namespace {

int failedRunsOf(const CellSummary& cell)
{
    int failures = 0;
    for (const auto& [status, count] : cell.statuses)
        if (isFailure(status)) failures += count;
    return failures;
}

/// The most frequent one.
std::optional<RunStatus> failureOf(const CellSummary& cell)
{
    std::optional<RunStatus> found;
    int most = 0;
    for (const auto& [status, count] : cell.statuses)
        if (isFailure(status) && count > most) {
            found = status;
            most = count;
        }
    return found;
}

/// Better cells have lesser values.
std::tuple<bool, bool, bool, double> orderOf(const CellSummary& cell)
{
    return {cell.statuses.empty(), !finishedAlways(cell), !cell.seconds,
            cell.seconds ? cell.seconds->median : static_cast<double>(-cell.rowsReached)};
}

std::tuple<bool, bool, bool, double> placeOf(const RankingRow& row)
{
    // What was refused has a cell, too, but was not run.
    return {!row.seconds && !row.failure, !row.seconds, row.failures > 0,
            row.seconds ? row.seconds->median : std::numeric_limits<double>::max()};
}

RankingRow rowOf(const EngineLine& line)
{
    RankingRow row{.name = line.name, .engine = line.engine, .deployable = line.deployable};
    row.why = line.unsupported;
    const auto best = std::ranges::min_element(line.cells, {}, orderOf);
    if (best == line.cells.end()) return row;
    row.cell = best->cell;
    row.seconds = best->seconds;
    row.setupSeconds = best->setupSeconds;
    row.peakBytes = best->peakBytes;
    row.spilledBytes = best->spilledBytes;
    row.failures = failedRunsOf(*best);
    row.runs = row.failures + (best->seconds ? best->seconds->n : 0);
    row.failure = failureOf(*best);
    if (row.failure && best->firstError) row.why = best->firstError->message;
    if (best->statuses.empty())
        row.why = best->excluded == 1 ? "its run is excluded"
                                      : fmt::format("its {} runs are excluded", best->excluded);
    for (const auto& cell : line.cells)
        if (&cell != &*best && failedRunsOf(cell) > 0)
            row.failedWorkers.push_back(cell.cell.workers);
    return row;
}

} // namespace

std::vector<RankingRow> ranking(const Comparison& comparison)
{
    std::vector<RankingRow> rows;
    for (const auto& line : comparison.lines)
        rows.push_back(rowOf(line));
    std::ranges::stable_sort(rows, {}, placeOf);
    return rows;
}

Comparison fastestFirst(Comparison comparison)
{
    std::ranges::stable_sort(comparison.lines, {},
                             [](const EngineLine& line) { return placeOf(rowOf(line)); });
    return comparison;
}

} // namespace spillway
