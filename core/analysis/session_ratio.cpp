#include "analysis/session_ratio.h"

#include "analysis/cache_start.h"

#include <algorithm>
#include <map>

namespace spillway {
namespace {

struct Pair {
    std::string line;
    int workers = 1;
    const CellSummary* first = nullptr;
    const CellSummary* second = nullptr;
};

/// The lines of `a` in their order, then those that only `b` has; worker counts ascend in each.
std::vector<Pair> pairsOf(const Comparison& a, const Comparison& b)
{
    std::vector<std::string> order;
    std::map<std::string, std::map<int, Pair>> pairs;
    const auto add = [&](const Comparison& comparison, const CellSummary* Pair::*side) {
        for (const auto& line : comparison.lines)
            for (const auto& cell : line.cells) {
                if (!cell.seconds && !cell.peakBytes) continue;
                const auto& name = line.name;
                if (!pairs.contains(name)) order.push_back(name);
                auto& pair = pairs[name][cell.cell.workers];
                pair.line = name;
                pair.workers = cell.cell.workers;
                pair.*side = &cell;
            }
    };
    add(a, &Pair::first);
    add(b, &Pair::second);
    std::vector<Pair> ordered;
    for (const auto& name : order)
        for (const auto& [workers, pair] : pairs[name])
            ordered.push_back(pair);
    return ordered;
}

using CellFigure = std::optional<Interval> CellSummary::*;

TableValue median(const CellSummary* cell, CellFigure figure, double unit)
{
    if (!cell || !(cell->*figure)) return {};
    return (cell->*figure)->median / unit;
}

TableValue quotient(const Pair& pair, CellFigure figure)
{
    const auto above = median(pair.second, figure, 1);
    const auto below = median(pair.first, figure, 1);
    if (!std::holds_alternative<double>(above) || !std::holds_alternative<double>(below) ||
        std::get<double>(below) <= 0)
        return {};
    return std::get<double>(above) / std::get<double>(below);
}

/// Why their times are not divided; empty when they are, or there is nothing to divide.
std::string obstacleOf(const Pair& pair)
{
    if (!pair.first || !pair.second) return {};
    return cacheObstacle(*pair.first, *pair.second).value_or(std::string());
}

} // namespace

std::vector<std::string> ratioObstacles(const Comparison& a, const Comparison& b)
{
    std::vector<std::string> reasons;
    const auto differ = [&](bool different, const char* reason) {
        if (different) reasons.emplace_back(reason);
    };
    differ(a.key.dataset != b.key.dataset, "the data differ");
    differ(a.key.dataset == b.key.dataset && !a.dataHash.empty() && !b.dataHash.empty() &&
               a.dataHash != b.dataHash,
           "the data differ between the samples of their fingerprint");
    differ(a.key.workload != b.key.workload, "the workload differs");
    differ(a.key.machine != b.key.machine, "the machine differs");
    // On a cluster the driver does not count, and what others left in its workers does.
    differ(a.key.address != b.key.address, "the cluster differs, and with it what memory means");
    differ(a.key.memoryLimit != b.key.memoryLimit, "the memory limit differs");
    differ(a.key.cache != b.key.cache, "the state of the page cache differs");
    return reasons;
}

Table sideBySideTable(const Comparison& a, const Comparison& b)
{
    const bool divided = ratioObstacles(a, b).empty();
    Table table{divided ? "Second session ÷ first" : "Second session beside the first",
                {{.id = "engine", .title = "Engine"},
                 {.id = "workers", .title = "Workers", .decimals = 0},
                 {.id = "seconds_first", .title = "Seconds, first", .decimals = 3},
                 {.id = "seconds_second", .title = "Seconds, second", .decimals = 3},
                 {.id = "peak_mb_first", .title = "Peak MB, first", .decimals = 1},
                 {.id = "peak_mb_second", .title = "Peak MB, second", .decimals = 1}},
                {}};
    bool obstructed = false;
    for (const auto& pair : pairsOf(a, b))
        obstructed = obstructed || !obstacleOf(pair).empty();
    if (divided) {
        table.columns.push_back({.id = "seconds_ratio", .title = "Time ÷", .decimals = 2});
        table.columns.push_back({.id = "peak_ratio", .title = "Peak ÷", .decimals = 2});
        if (obstructed) table.columns.push_back({.id = "no_ratio", .title = "No ratio of time"});
    }
    for (const auto& pair : pairsOf(a, b)) {
        std::vector<TableValue> row{pair.line, std::int64_t(pair.workers)};
        for (const auto& [figure, unit] :
             {std::pair(&CellSummary::seconds, 1.0), std::pair(&CellSummary::peakBytes, megabyte)})
            for (const auto* cell : {pair.first, pair.second})
                row.push_back(median(cell, figure, unit));
        if (divided) {
            const auto obstacle = obstacleOf(pair);
            row.push_back(obstacle.empty() ? quotient(pair, &CellSummary::seconds) : TableValue());
            row.push_back(quotient(pair, &CellSummary::peakBytes));
            if (obstructed) row.push_back(obstacle.empty() ? TableValue() : TableValue(obstacle));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

const Comparison* counterpart(const Comparison& comparison,
                              const std::vector<Comparison>& candidates)
{
    const auto best = std::ranges::min_element(candidates, {}, [&](const Comparison& candidate) {
        return ratioObstacles(comparison, candidate).size();
    });
    return best == candidates.end() ? nullptr : &*best;
}

} // namespace spillway
