#include "analysis/claims.h"
#include "app/commands.h"
#include "app/terminal.h"
#include "base/json.h"
#include "work/session_view.h"

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

struct ArticleArguments {
    std::string session;
    bool json = false;
};

/// "Dask 2026.9.1, Ray 2.60.0": the engines of the session.
std::string versionsOf(const SessionView& view)
{
    std::map<std::string, std::string> versions;
    for (const RunRecord& record : view.records)
        if (!record.engineVersion.empty())
            versions[view.engines.of(record.cell.engine).title] = record.engineVersion;
    std::string text;
    for (const auto& [engine, version] : versions)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", engine, version);
    return text;
}

void printClaims(const SessionView& view, const std::vector<JudgedClaim>& claims)
{
    if (!view.environments.empty())
        toStdout("On this machine ({}) with {}.\n", view.environments.back().machine(),
                 versionsOf(view));
    std::string section;
    std::map<ClaimVerdict, int> counts;
    for (const auto& each : claims) {
        if (each.claim.section != section) toStdout("\n{}\n", each.claim.section);
        section = each.claim.section;
        ++counts[each.verdict];
        toStdout("  {}: {}.\n      {}", each.claim.row, each.claim.text, name(each.verdict));
        if (!each.ran.empty()) toStdout(" · {}", each.ran);
        toStdout("\n      {}\n", each.figures);
    }
    std::string sum;
    for (const auto& [verdict, count] : counts)
        sum += fmt::format("{}{} {}", sum.empty() ? "" : ", ", count, name(verdict));
    toStdout("\n{} claims: {}.\n", claims.size(), sum);
}

int runArticle(const ArticleArguments& arguments)
{
    const auto view = openSessionView(arguments.session);
    if (!view) return fail(view.error());
    const auto claims = judged(articleClaims(), view->comparisons);
    if (arguments.json)
        toStdout("{}\n", terminalJson(toJson(claimsTable(claims))));
    else
        printClaims(*view, claims);
    return ExitOk;
}

} // namespace

void addArticleCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<ArticleArguments>();
    auto* command = app.add_subcommand(
        "article", "What an article says of Dask and Ray, claim by claim, by a session's runs");
    command->add_option("SESSION", arguments->session, "Session file")->required();
    command->add_flag("--json", arguments->json, "One object with a row for each claim");
    command->footer("Example:\n  spillway run --preset article --session article.spillway\n"
                    "  spillway article article.spillway");
    command->callback([=, &chosen] { chosen = [arguments] { return runArticle(*arguments); }; });
}

} // namespace spillway
