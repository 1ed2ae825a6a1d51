#include "analysis/recommendation.h"
#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

std::vector<TableValue> contenderRow(const Contender& contender, std::string standing)
{
    if (std::ranges::find(contender.flags, uncheckedFlag) != contender.flags.end())
        standing += fmt::format(", {}", uncheckedFlag);
    return {contender.name,
            std::int64_t(contender.cell.workers),
            std::move(standing),
            std::int64_t(contender.seconds.n),
            contender.seconds.median,
            contender.seconds.low,
            contender.seconds.high,
            contender.peakBytes > 0
                ? TableValue(static_cast<double>(contender.peakBytes) / megabyte)
                : TableValue()};
}

std::vector<TableValue> rivalRow(const Rival& rival)
{
    static const std::map<Standing, std::string> words{
        {Standing::Slower, "slower"},
        {Standing::NoDifference, "no difference shown"},
        {Standing::TooFewRounds, "too few common rounds"},
        {Standing::OtherStart, "no ratio: different page cache at start"}};
    auto row = contenderRow(rival.contender, words.at(rival.standing));
    if (rival.ratio)
        row.insert(row.end(), {rival.ratio->ratio, rival.ratio->low, rival.ratio->high,
                               std::int64_t(rival.ratio->rounds)});
    else
        row.resize(row.size() + 4);
    row.push_back(orNothing(rival.adjustedP));
    return row;
}

Json toJson(const Interval& interval)
{
    return {{"median", interval.median},
            {"low", interval.low},
            {"high", interval.high},
            {"runs", interval.n},
            {"coverage", interval.coverage ? Json(*interval.coverage) : Json()}};
}

Json toJson(const Contender& contender)
{
    return {{"engine", contender.cell.engine},
            {"profile", contender.cell.profile},
            {"format", name(contender.cell.format)},
            {"workers", contender.cell.workers},
            {"seconds", toJson(contender.seconds)},
            {"peak_bytes", contender.peakBytes > 0 ? Json(contender.peakBytes) : Json()},
            {"measures", contender.measures},
            {"flags", contender.flags}};
}

Json toJson(const Rival& rival)
{
    Json json = toJson(rival.contender);
    json["standing"] = name(rival.standing);
    json["ratio"] = Json();
    json["no_ratio"] = rival.obstacle.empty() ? Json() : Json(rival.obstacle);
    if (rival.ratio)
        json["ratio"] = {{"value", rival.ratio->ratio},
                         {"low", rival.ratio->low},
                         {"high", rival.ratio->high},
                         {"rounds", rival.ratio->rounds},
                         {"p", rival.ratio->p},
                         {"p_holm", rival.adjustedP ? Json(*rival.adjustedP) : Json()}};
    return json;
}

} // namespace

Table recommendationTable(const Recommendation& found)
{
    Table table{
        "Fastest cell of each engine against the leader",
        {{.id = "engine", .title = "Engine"},
         {.id = "workers", .title = "Workers", .decimals = 0},
         {.id = "standing", .title = "Standing"},
         {.id = "runs", .title = "Runs", .decimals = 0, .dispensable = 2},
         {.id = "seconds_median", .title = secondsTitle(found.time) + " (median)", .decimals = 3},
         {.id = "seconds_low", .title = "Low", .decimals = 3, .dispensable = 3},
         {.id = "seconds_high", .title = "High", .decimals = 3, .dispensable = 3},
         {.id = "peak_mb_median", .title = "Peak MB", .decimals = 1},
         {.id = "ratio", .title = "× leader", .decimals = 2},
         {.id = "ratio_low", .title = "Low", .decimals = 2},
         {.id = "ratio_high", .title = "High", .decimals = 2},
         {.id = "rounds", .title = "Rounds", .decimals = 0, .dispensable = 1},
         {.id = "p_holm", .title = "p (Holm)", .decimals = 4}},
        {}};
    if (found.leader) table.rows.push_back(contenderRow(*found.leader, "leader"));
    for (const auto& rival : found.rivals)
        table.rows.push_back(rivalRow(rival));
    if (found.reference) table.rows.push_back(contenderRow(*found.reference, "reference only"));
    for (const auto& out : found.ruledOut)
        table.rows.push_back(
            {out.name, TableValue(), (out.ran ? "ruled out: " : "not compared: ") + out.why});
    for (auto& row : table.rows)
        row.resize(table.columns.size());
    return table;
}

Json toJson(const Recommendation& found)
{
    Json rivals = Json::array();
    for (const auto& rival : found.rivals)
        rivals.push_back(toJson(rival));
    Json ruledOut = Json::array();
    for (const auto& out : found.ruledOut)
        ruledOut.push_back({{"engine", out.engine},
                            {"profile", out.profile},
                            {"why", out.why},
                            {"ran", out.ran},
                            {"share_of_rows", out.share > 0 ? Json(out.share) : Json()}});
    Json excluded = Json::array();
    for (const auto& run : found.excluded)
        excluded.push_back({{"run", run.run}, {"reason", run.reason}});
    return {{"kind", name(found.kind)},
            {"sentence", sentence(found)},
            {"memory_limit", found.limit ? Json(*found.limit) : Json()},
            {"leader", found.leader ? toJson(*found.leader) : Json()},
            {"rivals", std::move(rivals)},
            {"reference", found.reference ? toJson(*found.reference) : Json()},
            {"ruled_out", std::move(ruledOut)},
            {"excluded", std::move(excluded)},
            {"enough_workers", found.enoughWorkers ? Json(*found.enoughWorkers) : Json()},
            {"remarks", remarks(found)},
            {"next", nextRuns(found)}};
}

} // namespace spillway
