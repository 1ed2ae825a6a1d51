#include "experiment/left_out.h"

#include "base/escape.h"
#include "base/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

constexpr std::size_t mostNames = 6;

std::string stageWords(const CutCell& cell, int plannedRounds)
{
    if (!cell.measured) return "without a finished run";
    if (cell.rounds == 0) return "after the warm-up";
    return fmt::format("after {} of {} rounds", cell.rounds, plannedRounds);
}

/// "Polars, Dask naive ×2 after 3 of 5 rounds; Modin after the warm-up".
std::string cutWords(const std::vector<CutCell>& cells, int plannedRounds)
{
    const bool counts = std::ranges::any_of(
        cells, [&](const CutCell& cell) { return cell.workers != cells.front().workers; });
    std::vector<std::pair<std::string, std::vector<std::string>>> stages;
    for (const auto& cell : cells) {
        std::string name = cell.title;
        if (cell.profile != "default") name += " " + cell.profile;
        if (counts) name += fmt::format(" ×{}", cell.workers);
        const auto stage = stageWords(cell, plannedRounds);
        if (stages.empty() || stages.back().first != stage) stages.push_back({stage, {}});
        auto& names = stages.back().second;
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    std::vector<std::string> words;
    for (auto& [stage, names] : stages) {
        const auto more = names.size() - std::min(names.size(), mostNames);
        names.resize(names.size() - more);
        words.push_back(fmt::format("{}{} {}", fmt::join(names, ", "),
                                    more == 0 ? "" : fmt::format(" and {} more", more), stage));
    }
    return fmt::format("{}", fmt::join(words, "; "));
}

Json toJson(const CutCell& cell)
{
    return {{"engine", cell.engine},   {"title", cell.title},   {"profile", cell.profile},
            {"workers", cell.workers}, {"rounds", cell.rounds}, {"measured", cell.measured}};
}

Result<CutCell> cutCellFromJson(const Json& json)
{
    CutCell cell;
    for (auto& [name, value] :
         {std::pair("engine", &cell.engine), {"title", &cell.title}, {"profile", &cell.profile}}) {
        auto text = field<std::string>(json, name);
        if (!text) return text.error();
        *value = terminalText(*text);
    }
    for (auto& [name, value] : {std::pair("workers", &cell.workers), {"rounds", &cell.rounds}}) {
        const auto count = field<int>(json, name);
        if (!count) return count.error();
        if (*count < 0) return badField(name, "a whole number from 0");
        *value = *count;
    }
    const auto measured = field<bool>(json, "measured");
    if (!measured) return measured.error();
    cell.measured = *measured;
    return cell;
}

Result<std::vector<CutCell>> cutCellsFromJson(const Json& json)
{
    std::vector<CutCell> cells;
    const Json list = fieldOr(json, "cells", Json::array()); // none in older sessions
    if (!list.is_array() || list.size() > LeftOut::mostCells)
        return badField("cells", fmt::format("a list of at most {}", LeftOut::mostCells));
    for (const Json& each : list) {
        auto cell = cutCellFromJson(each);
        if (!cell) return cell.error();
        cells.push_back(std::move(*cell));
    }
    return cells;
}

} // namespace

std::string describe(const LeftOut& leftOut)
{
    const auto what = leftOut.cells.empty() ? fmt::format("all after {} of {} rounds",
                                                          leftOut.rounds, leftOut.plannedRounds)
                                            : cutWords(leftOut.cells, leftOut.plannedRounds);
    const auto needs =
        leftOut.needs ? fmt::format(" (about {} more)", formatDuration(*leftOut.needs)) : "";
    return fmt::format("{} {} did not fit into {}{}: {}", formatCount(leftOut.runs),
                       leftOut.runs == 1 ? "run" : "runs", formatDuration(leftOut.budget), needs,
                       what);
}

std::optional<LeftOut> leftOutOf(const StoredPlan& plan)
{
    if (plan.leftOut.empty()) return std::nullopt;
    const auto json = parseJson(plan.leftOut);
    if (!json) return std::nullopt;
    auto leftOut = leftOutFromJson(*json);
    return leftOut ? std::optional(std::move(*leftOut)) : std::nullopt;
}

std::vector<std::string> leftOutSentences(const std::vector<StoredPlan>& plans)
{
    std::vector<std::string> sentences;
    for (const auto& plan : plans)
        if (const auto leftOut = leftOutOf(plan))
            sentences.push_back(fmt::format("Time budget: {}.", describe(*leftOut)));
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
    Json cells = Json::array();
    for (const auto& cell : leftOut.cells)
        cells.push_back(toJson(cell));
    return {{"budget_seconds", leftOut.budget.count()},
            {"rounds", leftOut.rounds},
            {"planned_rounds", leftOut.plannedRounds},
            {"runs", leftOut.runs},
            {"untried_cells", leftOut.untried},
            {"seconds", leftOut.needs ? Json(leftOut.needs->count()) : Json()},
            {"cells", std::move(cells)}};
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
    auto cells = cutCellsFromJson(json);
    if (!cells) return cells.error();
    leftOut.cells = std::move(*cells);
    return leftOut;
}

} // namespace spillway
