#include "analysis/limit_ladder.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <tuple>
#include <utility>

namespace spillway {
namespace {

ComparisonKey withoutLimit(ComparisonKey key)
{
    key.memoryLimit.reset();
    return key;
}

Bytes room(const Comparison* comparison)
{
    return comparison->key.memoryLimit.value_or(std::numeric_limits<Bytes>::max());
}

LadderRow& ladderRowOf(std::vector<LadderRow>& rows, const RankingRow& found, std::size_t steps)
{
    const auto known = std::ranges::find(rows, found.name, &LadderRow::name);
    if (known != rows.end()) return *known;
    rows.push_back({.name = found.name, .engine = found.engine, .deployable = found.deployable});
    rows.back().at.resize(steps);
    return rows.back();
}

/// References after what can be deployed; of those that survive as little, the fastest first.
std::tuple<bool, std::size_t, double> ladderPlaceOf(const LadderRow& row)
{
    const std::size_t survived = row.smallest ? *row.smallest + 1 : 0;
    return {!row.deployable, row.at.size() - survived,
            row.smallest ? row.at[*row.smallest]->seconds->median : 0};
}

} // namespace

bool survives(const RankingRow& row)
{
    return row.seconds && row.failures == 0;
}

LimitLadder limitLadder(const Comparison& of, const std::vector<Comparison>& all)
{
    LimitLadder ladder;
    for (const Comparison& comparison : all)
        if (withoutLimit(comparison.key) == withoutLimit(of.key))
            ladder.steps.push_back(&comparison);
    std::ranges::stable_sort(ladder.steps, std::greater(), room);
    for (std::size_t step = 0; step < ladder.steps.size(); ++step)
        for (RankingRow& found : ranking(*ladder.steps[step])) {
            LadderRow& row = ladderRowOf(ladder.rows, found, ladder.steps.size());
            if (survives(found)) row.smallest = step;
            row.at[step] = std::move(found);
        }
    std::ranges::stable_sort(ladder.rows, {}, ladderPlaceOf);
    return ladder;
}

} // namespace spillway
