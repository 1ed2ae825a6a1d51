#include "experiment/time_budget.h"

#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace spillway {

std::string describe(const LeftOut& leftOut)
{
    std::string text =
        fmt::format("{} of {} {} in {}; {} {} left out", leftOut.rounds, leftOut.plannedRounds,
                    leftOut.plannedRounds == 1 ? "round" : "rounds", formatDuration(leftOut.budget),
                    formatCount(leftOut.runs), leftOut.runs == 1 ? "run is" : "runs are");
    if (leftOut.needs) text += fmt::format(" (about {})", formatDuration(*leftOut.needs));
    if (leftOut.untried > 0)
        text += fmt::format("; of {} {} nothing ran", leftOut.untried,
                            leftOut.untried == 1 ? "cell" : "cells");
    return text;
}

std::vector<std::string> leftOutSentences(const std::vector<StoredPlan>& plans)
{
    std::vector<std::string> sentences;
    for (const auto& plan : plans) {
        if (plan.leftOut.empty()) continue;
        const auto json = parseJson(plan.leftOut);
        const auto leftOut = json ? leftOutFromJson(*json) : Result<LeftOut>(json.error());
        if (leftOut) sentences.push_back(fmt::format("Time budget: {}.", describe(*leftOut)));
    }
    return sentences;
}

std::string leftOutSentence(const std::vector<StoredPlan>& plans,
                            const std::vector<RunRecord>& records, const std::string& fingerprint)
{
    const auto newest =
        std::find_if(records.rbegin(), records.rend(),
                     [&](const RunRecord& record) { return record.cell.dataset == fingerprint; });
    if (newest == records.rend()) return {};
    const auto plan = std::ranges::find(plans, newest->planId, &StoredPlan::id);
    if (plan == plans.end()) return {};
    const auto sentences = leftOutSentences({*plan});
    return sentences.empty() ? std::string() : sentences.front();
}

Json toJson(const LeftOut& leftOut)
{
    return {{"budget_seconds", leftOut.budget.count()},
            {"rounds", leftOut.rounds},
            {"planned_rounds", leftOut.plannedRounds},
            {"runs", leftOut.runs},
            {"untried_cells", leftOut.untried},
            {"seconds", leftOut.needs ? Json(leftOut.needs->count()) : Json()}};
}

Result<LeftOut> leftOutFromJson(const Json& json)
{
    constexpr double longest = 1e9; // seconds, as for a plan's budget
    LeftOut leftOut;
    const auto budget = field<double>(json, "budget_seconds");
    if (!budget) return budget.error();
    if (!(*budget >= 0 && *budget <= longest)) return badField("budget_seconds", "seconds");
    leftOut.budget = Seconds(*budget);
    for (auto& [name, value] : {std::pair("rounds", &leftOut.rounds),
                                {"planned_rounds", &leftOut.plannedRounds},
                                {"runs", &leftOut.runs},
                                {"untried_cells", &leftOut.untried}}) {
        const auto count = field<int>(json, name);
        if (!count) return count.error();
        if (*count < 0) return badField(name, "a whole number from 0");
        *value = *count;
    }
    const auto needs = optionalField<double>(json, "seconds");
    if (!needs) return needs.error();
    if (*needs && !(**needs >= 0 && **needs <= longest)) return badField("seconds", "seconds");
    if (*needs) leftOut.needs = Seconds(**needs);
    return leftOut;
}

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
        times.longestLater = std::max(times.longestLater, taken);
    ++times.count;
}

std::optional<Seconds> TimeBudget::expected(const CellKey& cell) const
{
    const auto found = times_.find(cell);
    if (found == times_.end()) return std::nullopt;
    return found->second.count == 1 ? found->second.first : found->second.longestLater;
}

bool TimeBudget::hasRoomFor(std::span<const PlannedRun> round, Seconds now) const
{
    if (!end_) return true;
    Seconds needs{};
    bool known = false;
    for (const auto& run : round) {
        const auto taken = expected(run.cell);
        known = known || taken.has_value();
        needs += taken.value_or(Seconds(0));
    }
    // In a round with unknown durations, every run that ends in time is useful.
    return known ? now + needs <= *end_ : now < *end_;
}

bool TimeBudget::hasRoomFor(const PlannedRun& run, Seconds now) const
{
    return hasRoomFor(std::span(&run, 1), now);
}

LeftOut leftOutOf(std::span<const PlannedRun> runs, int repeats, Seconds budget,
                  const TimeBudget& times)
{
    LeftOut leftOut{.budget = budget,
                    .plannedRounds = repeats,
                    .runs = static_cast<int>(runs.size()),
                    .needs = {}};
    std::set<int> rounds;
    std::set<CellKey> untried;
    for (const auto& run : runs) {
        if (!run.warmup) rounds.insert(run.round);
        if (const auto taken = times.expected(run.cell))
            leftOut.needs = leftOut.needs.value_or(Seconds(0)) + *taken;
        else
            untried.insert(run.cell);
    }
    leftOut.rounds = repeats - static_cast<int>(rounds.size());
    leftOut.untried = static_cast<int>(untried.size());
    return leftOut;
}

} // namespace spillway
