#include "analysis/cache_start.h"
#include "analysis/ranking.h"
#include "analysis/recommendation.h"
#include "analysis/session_ratio.h"
#include "analysis/short_table.h"
#include "analysis/snippet.h"
#include "app/commands.h"
#include "app/overlay_option.h"
#include "app/terminal.h"
#include "base/json.h"
#include "charts/published_overlay.h"
#include "work/session_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace spillway {
namespace {

struct CompareArguments {
    std::vector<std::string> sessions;
    std::optional<int> baseline;
    std::string reference;
    std::string memoryLimit;
    std::string overlay;
    bool json = false;
};

/// A comparison with its counterpart in the first of two sessions; nothing in the first.
struct Compared {
    const SessionView& view;
    const Comparison& comparison;
    const Comparison* first = nullptr;
};

/// Adds to `table`, which has a row for each cell of `comparison`, a column with each cell's median
/// time divided by that of `engine` at the same worker count; empty where there is none, or where
/// the two started with different shares of the data in the page cache.
void addReference(Table& table, const Comparison& comparison, const std::string& engine)
{
    std::map<int, const CellSummary*> reference;
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells)
            if (line.engine == engine && cell.seconds) reference[cell.cell.workers] = &cell;
    table.columns.push_back({"ratio", "Time ÷ " + engine, 2});
    std::size_t row = 0;
    for (const auto& line : comparison.lines)
        for (const auto& cell : line.cells) {
            const auto found = reference.find(cell.cell.workers);
            const bool known = cell.seconds && found != reference.end() &&
                               found->second->seconds->median > 0 &&
                               !cacheObstacle(cell, *found->second);
            table.rows[row++].push_back(
                known ? TableValue(cell.seconds->median / found->second->seconds->median)
                      : TableValue());
        }
}

/// The paper's figures for this workload, if they are to be shown beside it.
std::optional<Table> studyBeside(const Compared& compared, const CompareArguments& arguments)
{
    const auto forms = overlayOf(arguments.overlay, compared.view);
    if (forms.empty()) return std::nullopt;
    return publishedTable(paperStudy(), forms, compared.comparison.workload.kind);
}

Json scalingOf(const Comparison& comparison)
{
    Json lines = Json::array();
    for (const auto& line : comparison.lines)
        if (line.amdahl || line.usl)
            lines.push_back({{"engine", line.engine},
                             {"profile", line.profile},
                             {"format", name(line.format)},
                             {"amdahl", line.amdahl ? toJson(*line.amdahl) : Json()},
                             {"usl", line.usl ? toJson(*line.usl) : Json()}});
    return lines;
}

void printJson(const Compared& compared, const CompareArguments& arguments,
               std::optional<Bytes> limit)
{
    const auto& [view, comparison, first] = compared;
    Table table = summaryTable(comparison);
    if (!arguments.reference.empty()) addReference(table, comparison, arguments.reference);
    const auto recommendation = recommend(comparison, limit);
    Json recommended = toJson(recommendation);
    const auto snippet = leaderSnippet(recommendation, view.records, view.datasets);
    recommended["snippet"] = snippet.program.empty() ? Json() : Json(snippet.program);
    if (!snippet.reason.empty()) recommended["no_snippet"] = snippet.reason;
    Json json{{"session", view.path.string()},
              {"dataset", comparison.datasetName},
              {"fingerprint", comparison.key.dataset},
              {"workload", toJson(comparison.workload)},
              {"baseline_workers",
               comparison.baselineWorkers ? Json(*comparison.baselineWorkers) : Json()},
              {"verdict", sentence(recommendation)},
              {"recommendation", std::move(recommended)},
              {"scaling", scalingOf(comparison)},
              {"left_out", view.leftOut},
              {"cells", toJson(table)}};
    if (const auto study = studyBeside(compared, arguments)) json["published"] = toJson(*study);
    if (first) {
        const auto reasons = ratioObstacles(*first, comparison);
        json["no_ratio"] = reasons;
        json["ratio_to_first"] =
            reasons.empty() ? toJson(sideBySideTable(*first, comparison)) : Json();
    }
    toStdout("{}\n", terminalJson(json));
}

void printRecommendation(const Recommendation& recommendation)
{
    toStdout("{}\n", sentence(recommendation));
    for (const auto& line : remarks(recommendation))
        toStdout("  {}\n", line);
    for (const auto& line : nextRuns(recommendation))
        toStdout("  Next: {}\n", line);
    if (!recommendation.rivals.empty())
        toStdout("\n{}", Lines{toText(recommendationTable(recommendation), terminalWidth())});
}

void printText(const Compared& compared, const CompareArguments& arguments,
               std::optional<Bytes> limit)
{
    const auto& [view, comparison, first] = compared;
    printRecommendation(recommend(comparison, limit));
    const Comparison ranked = fastestFirst(comparison);
    Table table = shortTable(ranked);
    if (!arguments.reference.empty()) addReference(table, ranked, arguments.reference);
    toStdout("\n{}{}\n{}\n", Lines{toText(table, terminalWidth())}, speedupFormula(comparison),
             efficiencyFormula(comparison));
    for (const auto& line : comparison.lines)
        for (const auto& fit : {line.amdahl, line.usl})
            if (fit) toStdout("{}: {}\n", line.name, describe(*fit));
    if (first) {
        const auto reasons = ratioObstacles(*first, comparison);
        if (!reasons.empty())
            toStdout("No ratio: {}. Shown side by side.\n",
                     fmt::format("{}", fmt::join(reasons, ", ")));
        toStdout("{}", Lines{toText(sideBySideTable(*first, comparison), terminalWidth())});
    }
    if (const auto study = studyBeside(compared, arguments))
        toStdout("\n{}\n{}", study->title, Lines{toText(*study, terminalWidth())});
    toStdout("\n");
}

int runCompare(const CompareArguments& arguments)
{
    std::optional<Bytes> limit;
    if (!arguments.memoryLimit.empty()) {
        const auto parsed = parseBytes(arguments.memoryLimit);
        if (!parsed) return fail(parsed.error());
        limit = *parsed;
    }
    std::vector<SessionView> views;
    for (const auto& path : arguments.sessions) {
        auto view = openSessionView(path, arguments.baseline);
        if (!view) return fail(view.error());
        views.push_back(std::move(*view));
    }
    for (const auto& view : views) {
        if (!arguments.json && views.size() > 1) toStdout("== {}\n", view.path.string());
        if (view.comparisons.empty())
            toStderr("{} holds no counted runs yet; warm-ups do not count.\n", view.path.string());
        for (const auto& comparison : view.comparisons) {
            const auto* first = &view == &views.front()
                                    ? nullptr
                                    : counterpart(comparison, views.front().comparisons);
            (arguments.json ? printJson : printText)({view, comparison, first}, arguments, limit);
        }
        if (!arguments.json)
            for (const auto& sentence : view.leftOut)
                toStdout("{}\n", sentence);
    }
    return ExitOk;
}

} // namespace

void addCompareCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<CompareArguments>();
    auto* command =
        app.add_subcommand("compare", "Tables and verdict of one session, or of two side by side");
    command->add_option("SESSION", arguments->sessions, "Session files")
        ->required()
        ->expected(1, 2);
    command
        ->add_option("--baseline", arguments->baseline, "Worker count that speedup is relative to")
        ->type_name("WORKERS");
    command
        ->add_option("--reference", arguments->reference,
                     "Engine that a ratio column compares with")
        ->type_name("ENGINE");
    command
        ->add_option("--memory-limit", arguments->memoryLimit,
                     "Recommend only what stays below this")
        ->type_name("SIZE");
    addOverlayOption(*command, arguments->overlay);
    command->add_flag("--json", arguments->json, "One JSON object for each comparison");
    command->footer("Example:\n  spillway compare study.spillway --baseline 1");
    command->callback([=, &chosen] { chosen = [arguments] { return runCompare(*arguments); }; });
}

} // namespace spillway
