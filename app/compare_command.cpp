#include "analysis/comparison.h"
#include "analysis/short_table.h"
#include "app/commands.h"
#include "app/session_view.h"
#include "app/terminal.h"

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

struct CompareArguments {
    std::vector<std::string> sessions;
    std::optional<int> baseline;
    std::string reference;
    std::string memoryLimit;
    bool json = false;
};

/// Reasons why figures of the two sessions must not stand in one ratio; empty when they may.
std::vector<std::string> mismatches(const SessionView& a, const SessionView& b)
{
    std::vector<std::string> reasons;
    if (!a.environments.empty() && !b.environments.empty() &&
        !a.environments.back().comparableWith(b.environments.back()))
        reasons.emplace_back("the machine differs");
    const auto holds = [](const SessionView& view, const std::string& fingerprint) {
        return std::ranges::any_of(view.comparisons, [&](const Comparison& comparison) {
            return comparison.key.dataset == fingerprint;
        });
    };
    for (const auto& comparison : a.comparisons)
        if (!holds(b, comparison.key.dataset)) {
            reasons.emplace_back("the data differ");
            break;
        }
    return reasons;
}

void printJson(const SessionView& view, const Comparison& comparison,
               const CompareArguments& arguments, std::optional<Bytes> limit)
{
    Table table = summaryTable(comparison);
    if (!arguments.reference.empty()) addReference(table, comparison, arguments.reference);
    fmt::print("{}\n",
               toLine({{"session", view.path.string()},
                       {"dataset", comparison.datasetName},
                       {"fingerprint", comparison.key.dataset},
                       {"workload", toJson(comparison.workload)},
                       {"baseline_workers",
                        comparison.baselineWorkers ? Json(*comparison.baselineWorkers) : Json()},
                       {"verdict", verdict(comparison, view.deployable, limit)},
                       {"cells", toJson(table)}}));
}

void printText(const SessionView& view, const Comparison& comparison,
               const CompareArguments& arguments, std::optional<Bytes> limit)
{
    fmt::print("{}\n", verdict(comparison, view.deployable, limit));
    Table table = shortTable(comparison);
    if (!arguments.reference.empty()) addReference(table, comparison, arguments.reference);
    fmt::print("{}{}\n{}\n\n", toText(table, terminalWidth()), speedupFormula(comparison),
               efficiencyFormula(comparison));
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
    if (views.size() == 2)
        for (const auto& reason : mismatches(views[0], views[1]))
            fmt::print(stderr, "No ratio between the sessions: {}. Shown side by side.\n", reason);
    for (const auto& view : views) {
        if (!arguments.json && views.size() > 1) fmt::print("== {}\n", view.path.string());
        if (view.comparisons.empty())
            fmt::print(stderr, "{} holds no finished runs yet.\n", view.path.string());
        for (const auto& comparison : view.comparisons)
            (arguments.json ? printJson : printText)(view, comparison, arguments, limit);
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
    command->add_option("--baseline", arguments->baseline, "Worker count that speedup starts from");
    command->add_option("--reference", arguments->reference,
                        "Engine that a ratio column compares with");
    command->add_option("--memory-limit", arguments->memoryLimit,
                        "Recommend only what stays below this");
    command->add_flag("--json", arguments->json, "One JSON object for each comparison");
    command->footer("Example:\n  spillway compare study.spillway --baseline 1");
    command->callback([=, &chosen] { chosen = [arguments] { return runCompare(*arguments); }; });
}

} // namespace spillway
