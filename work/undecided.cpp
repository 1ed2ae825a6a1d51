#include "work/undecided.h"

#include "analysis/recommendation.h"

#include <utility>

namespace spillway {

UndecidedCells undecidedBy(EngineCatalogue engines, int usableCores)
{
    return [engines = std::move(engines), usableCores](const std::vector<RunRecord>& records) {
        std::vector<CellKey> cells;
        for (const auto& comparison :
             compare(records, usableCores, {.engines = engines, .untilDecided = true})) {
            const auto found = recommend(comparison, {});
            std::vector<CellKey> open;
            for (const Rival& rival : found.rivals)
                if (rival.standing == Standing::TooFewRounds) open.push_back(rival.contender.cell);
            if (open.empty()) continue;
            cells.push_back(found.leader->cell);
            cells.insert(cells.end(), open.begin(), open.end());
        }
        return cells;
    };
}

} // namespace spillway
