#include "experiment/time_budget.h"

#include "protocol/decision_looks.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace spillway {
namespace {

constexpr int verdictRounds = decisionLooks.front();

/// A cell without what a plan varies of one engine: its workers, and its profile too.
CellKey lineOf(CellKey cell)
{
    cell.workers = 0;
    return cell;
}

CellKey engineOf(CellKey cell)
{
    cell.profile.clear();
    return lineOf(std::move(cell));
}

struct Cost {
    CellKey cell;
    Seconds each{};
};

Seconds sumOf(const std::vector<Cost>& costs)
{
    Seconds sum{};
    for (const auto& cost : costs)
        sum += cost.each;
    return sum;
}

/// Of the two cells that take least.
Seconds leastRound(std::vector<Cost> costs)
{
    const auto some = std::min<std::size_t>(2, costs.size());
    std::ranges::partial_sort(costs, costs.begin() + static_cast<std::ptrdiff_t>(some), {},
                              &Cost::each);
    costs.resize(some);
    return sumOf(costs);
}

/// Whether a cell of `costs` that is like it in `keyOf` takes less.
bool hasFaster(const std::vector<Cost>& costs, const Cost& cost, CellKey (*keyOf)(CellKey))
{
    return std::ranges::any_of(costs, [&](const Cost& other) {
        return keyOf(other.cell) == keyOf(cost.cell) && other.each < cost.each;
    });
}

/// The one to be left out next.
std::size_t nextToGo(const std::vector<Cost>& costs)
{
    const auto rank = [&](const Cost& cost) {
        const int worth = hasFaster(costs, cost, lineOf) ? 2 : hasFaster(costs, cost, engineOf);
        return std::pair(worth, cost.each);
    };
    const auto found = std::ranges::max_element(costs, {}, rank);
    return static_cast<std::size_t>(found - costs.begin());
}

/// Of the cells that are left after the next one has gone.
Seconds sumWithoutNext(const std::vector<Cost>& costs)
{
    return costs.size() <= 2 ? sumOf(costs) : sumOf(costs) - costs[nextToGo(costs)].each;
}

/// The cells that have to go until `fits`, which is asked for at least `fewest` cells; nothing: it
/// does not even for them.
template <class Fits>
std::optional<std::vector<CellKey>> without(std::vector<Cost> costs, std::size_t fewest, Fits fits)
{
    std::vector<CellKey> gone;
    while (!fits(costs)) {
        if (costs.size() <= fewest) return std::nullopt;
        const auto next = nextToGo(costs);
        gone.push_back(costs[next].cell);
        costs.erase(costs.begin() + static_cast<std::ptrdiff_t>(next));
    }
    return gone;
}

} // namespace

void TimeBudget::expect(const CellKey& cell, Seconds taken)
{
    Times& times = times_[cell];
    times.first = std::max(times.first, taken);
    times.count = std::max(times.count, 1);
}

void TimeBudget::note(const CellKey& cell, Seconds taken)
{
    Times& times = times_[cell];
    if (times.count == 0)
        times.first = taken;
    else
        times.later += taken;
    ++times.count;
}

std::optional<Seconds> TimeBudget::expected(const CellKey& cell) const
{
    const auto found = times_.find(cell);
    if (found == times_.end()) return std::nullopt;
    const Times& times = found->second;
    return times.count == 1 ? times.first : times.later / (times.count - 1);
}

/// The time of the rounds of the two fastest cells that a verdict takes, when the first of `rest`
/// begins; without bound as long as there may be others than are known.
Seconds TimeBudget::leftToTheFastest(std::span<const PlannedRun> rest) const
{
    std::vector<Cost> known;
    for (const auto& [cell, times] : times_)
        known.push_back({cell, *expected(cell)});
    const bool others = std::ranges::any_of(
        rest, [&](const PlannedRun& run) { return run.cell != rest.front().cell; });
    if (known.size() < 2 && others) return Seconds::max();
    return verdictRounds * leastRound(known);
}

bool TimeBudget::fits(const PlannedRun& run, Seconds now) const
{
    if (const auto taken = expected(run.cell)) return now + *taken <= *end_;
    return now < *end_;
}

std::vector<CellKey> TimeBudget::cutRound(std::span<const PlannedRun> round, Seconds left) const
{
    std::vector<Cost> costs;
    for (const auto& run : round)
        costs.push_back({run.cell, expected(run.cell).value_or(Seconds(0))});
    const int repeat = round.front().repeat;
    const int later = std::max(0, verdictRounds - repeat);
    const auto verdictFits = [&](const std::vector<Cost>& kept) {
        const Seconds rest = repeat == 1 ? leastRound(kept) : sumWithoutNext(kept);
        return sumOf(kept) + later * rest <= left;
    };
    const auto roundFits = [&](const std::vector<Cost>& kept) { return sumOf(kept) <= left; };
    if (auto gone = without(costs, 2, verdictFits)) return *gone;
    if (auto gone = without(costs, 2, roundFits)) return *gone;
    std::vector<CellKey> all;
    for (auto& cost : costs)
        all.push_back(std::move(cost.cell));
    return all;
}

std::vector<CellKey> TimeBudget::leavesOut(std::span<const PlannedRun> rest, bool roundBegins,
                                           Seconds now) const
{
    if (!end_ || rest.empty()) return {};
    const PlannedRun& first = rest.front();
    const auto alike = [&](const PlannedRun& run) { return run.round == first.round; };
    const auto round =
        rest.first(static_cast<std::size_t>(std::ranges::find_if_not(rest, alike) - rest.begin()));
    const bool known = std::ranges::any_of(
        round, [&](const PlannedRun& run) { return expected(run.cell).has_value(); });
    if (roundBegins && !first.warmup && known) {
        auto cells = cutRound(round, *end_ - now);
        if (!cells.empty()) return cells;
    }
    return fits(first, now) ? std::vector<CellKey>() : std::vector{first.cell};
}

std::optional<Seconds> TimeBudget::longest(std::span<const PlannedRun> rest, Seconds now) const
{
    if (!end_) return std::nullopt;
    const Seconds left = *end_ - now;
    const bool first = rest.front().warmup && !expected(rest.front().cell);
    return first ? left - std::min(leftToTheFastest(rest), left / 2) : left;
}

LeftOut leftOutOf(std::span<const PlannedRun> runs, int repeats, Seconds budget,
                  const TimeBudget& times)
{
    LeftOut leftOut{.budget = budget,
                    .rounds = repeats,
                    .plannedRounds = repeats,
                    .runs = static_cast<int>(runs.size()),
                    .needs = {},
                    .cells = {}};
    std::map<CellKey, CutCell> cells;
    for (const auto& run : runs) {
        const auto taken = times.expected(run.cell);
        if (taken) leftOut.needs = leftOut.needs.value_or(Seconds(0)) + *taken;
        const auto& title = run.engineTitle.empty() ? run.cell.engine : run.engineTitle;
        auto& cell = cells
                         .try_emplace(run.cell, run.cell.engine, title, run.cell.profile,
                                      run.cell.workers, repeats, taken.has_value())
                         .first->second;
        if (!run.warmup) --cell.rounds;
    }
    for (const auto& [key, cell] : cells) {
        leftOut.rounds = std::min(leftOut.rounds, cell.rounds);
        if (!cell.measured) ++leftOut.untried;
        leftOut.cells.push_back(cell);
    }
    std::ranges::stable_sort(leftOut.cells, std::greater(), [](const CutCell& cell) {
        return std::pair(cell.rounds, cell.measured);
    });
    leftOut.cells.resize(std::min(leftOut.cells.size(), LeftOut::mostCells));
    return leftOut;
}

} // namespace spillway
