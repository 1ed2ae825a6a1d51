#include "analysis/short_table.h"

#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace spillway {
namespace {

/// "0.18 (0.16–0.20)"; a single value alone.
std::string withInterval(const std::optional<Interval>& interval, double unit, int decimals)
{
    if (!interval) return {};
    const auto scaled = [&](double value) {
        return fmt::format("{:.{}f}", value / unit, decimals);
    };
    if (interval->n < 2) return scaled(interval->median);
    return fmt::format("{} ({}–{})", scaled(interval->median), scaled(interval->low),
                       scaled(interval->high));
}

/// Two decimals, three where two would say little.
std::string secondsText(const std::optional<Interval>& seconds)
{
    return withInterval(seconds, 1, seconds && seconds->median < 0.0995 ? 3 : 2);
}

/// Finished out of those that ended by themselves: runs that the user stopped say nothing about the
/// engine.
std::string runsText(const CellSummary& cell)
{
    int finished = 0;
    int ended = 0;
    for (const auto& [status, count] : cell.statuses) {
        if (status == RunStatus::Ok) finished += count;
        if (status != RunStatus::Cancelled) ended += count;
    }
    const std::string out =
        cell.excluded > 0 ? fmt::format(", {} excluded", cell.excluded) : std::string();
    return fmt::format("{}/{}{}", finished, ended, out);
}

/// The flags, and for a cell without a result its first cause.
std::string remarks(const CellSummary& cell)
{
    auto words = cell.flags;
    if (!cell.seconds && cell.firstError) words = {cell.firstError->message};
    return fmt::format("{}", fmt::join(words, ", "));
}

/// "2 %, 417 MB read": how much of the data was in the page cache at go, and what the run read from
/// disk; only where the data were not all in the cache.
std::string cacheText(const CellSummary& cell)
{
    if (!cell.residentAtGo || !cell.diskReadBytes || cell.residentAtGo->low >= 0.99) return {};
    return fmt::format("{:.0f} %, {:.0f} MB read", 100 * cell.residentAtGo->median,
                       cell.diskReadBytes->median / 1e6);
}

/// Of a kind with more, those that are not drawn go first where room is scarce.
constexpr std::size_t fewMeasures = 3;

} // namespace

Table shortTable(const Comparison& comparison)
{
    Table table{comparison.datasetName,
                {{.id = "engine", .title = "Engine"},
                 {.id = "workers", .title = "Workers"},
                 {.id = "ok", .title = "OK", .figures = true},
                 {.id = "seconds", .title = secondsTitle(comparison.time), .figures = true},
                 {.id = "peak", .title = "Peak MB", .figures = true},
                 {.id = "setup", .title = "Set-up s", .decimals = 2, .dispensable = 4},
                 {.id = "speedup", .title = "Speedup", .decimals = 2, .dispensable = 2},
                 {.id = "efficiency", .title = "Efficiency", .decimals = 2, .dispensable = 3}},
                {}};
    const auto& type = typeOf(comparison.workload);
    const auto& measures = type.measures;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        const bool drawn =
            std::ranges::find(type.charts, dashed(measures[i].name)) != type.charts.end();
        table.columns.push_back({.id = measures[i].name,
                                 .title = titleOf(measures[i]),
                                 .decimals = measures[i].decimals,
                                 .dispensable = measures[i].aside          ? 3
                                                : drawn || i < fewMeasures ? 0
                                                                           : 6});
    }
    table.columns.push_back({.id = "cached", .title = "Cached at go", .dispensable = 5});
    table.columns.push_back({.id = "remarks", .title = "Remarks", .dispensable = 1});
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells) {
            std::vector<TableValue> row{line.name,
                                        std::int64_t(cell.cell.workers),
                                        runsText(cell),
                                        secondsText(cell.seconds),
                                        withInterval(cell.peakBytes, 1e6, 0),
                                        cell.setupSeconds ? TableValue(cell.setupSeconds->median)
                                                          : TableValue(),
                                        orNothing(cell.speedup),
                                        orNothing(cell.efficiency)};
            for (const Measure& measure : measures) {
                const auto found = cell.measure(measure.name);
                row.push_back(found ? TableValue(found->median) : TableValue());
            }
            row.push_back(cacheText(cell));
            row.push_back(remarks(cell));
            table.rows.push_back(std::move(row));
        }
    dropEmptyColumns(table);
    return table;
}

} // namespace spillway
