#include "analysis/cache_start.h"

#include <fmt/format.h>

#include <cmath>

namespace spillway {

std::optional<std::string> cacheObstacle(const CellSummary& a, const CellSummary& b)
{
    if (!a.residentAtGo || !b.residentAtGo) return std::nullopt;
    const double one = a.residentAtGo->median;
    const double other = b.residentAtGo->median;
    if (std::abs(one - other) < sameResidency) return std::nullopt;
    return fmt::format(
        "one started with {:.0f} % of the data in the page cache, the other with {:.0f} %",
        100 * one, 100 * other);
}

bool startAlike(const Comparison& comparison)
{
    const CellSummary* least = nullptr;
    const CellSummary* most = nullptr;
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells) {
            if (!cell.residentAtGo) continue;
            if (!least || cell.residentAtGo->median < least->residentAtGo->median) least = &cell;
            if (!most || cell.residentAtGo->median > most->residentAtGo->median) most = &cell;
        }
    return !least || !cacheObstacle(*least, *most);
}

} // namespace spillway
