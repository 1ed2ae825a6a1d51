#include "analysis/trade_off.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace spillway {
namespace {

std::vector<const CellSummary*> measuredCells(const Comparison& comparison, bool deployable)
{
    std::vector<const CellSummary*> cells;
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells)
            if (line.deployable == deployable && finishedAlways(cell) && cell.peakBytes)
                cells.push_back(&cell);
    // An unchecked result does not displace a checked one.
    if (std::ranges::any_of(cells, [](const auto* cell) { return !isUnchecked(*cell); }))
        std::erase_if(cells, [](const auto* cell) { return isUnchecked(*cell); });
    return cells;
}

} // namespace

std::vector<const CellSummary*> paretoFrontier(const Comparison& comparison)
{
    auto cells = measuredCells(comparison, true);
    if (cells.empty()) cells = measuredCells(comparison, false);
    const auto place = [](const CellSummary* cell) {
        return std::tuple(cell->peakBytes->median, cell->seconds->median);
    };
    std::ranges::stable_sort(cells, {}, place);
    std::vector<const CellSummary*> frontier;
    double fastest = std::numeric_limits<double>::infinity();
    for (const auto* cell : cells) {
        const bool equalsLast = !frontier.empty() && place(frontier.back()) == place(cell);
        if (cell->seconds->median >= fastest && !equalsLast) continue;
        fastest = cell->seconds->median;
        frontier.push_back(cell);
    }
    return frontier;
}

} // namespace spillway
