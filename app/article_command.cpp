#include "analysis/claims.h"
#include "analysis/ease.h"
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

void printClaims(const SessionView& view, const std::vector<JudgedClaim>& claims)
{
    if (!view.environments.empty())
        toStdout("{}\n", judgedOn(view.records, view.environments, view.engines));
    std::string section;
    for (const auto& each : claims) {
        if (each.claim.section != section) toStdout("\n{}\n", each.claim.section);
        section = each.claim.section;
        toStdout("  {}: {}.\n      {}", each.claim.row, each.claim.text, name(each.verdict));
        if (!each.ran.empty()) toStdout(" · {}", each.ran);
        toStdout("\n      {}\n", each.figures);
    }
    toStdout("\n{}.\n", countOf(claims));
    const auto ease = easeOf(view.comparisons);
    if (ease.empty()) return;
    toStdout("\nWhat it takes\n{}\n{}\n", Lines{toText(easeTable(ease), terminalWidth())},
             easeNote());
}

int runArticle(const ArticleArguments& arguments)
{
    const auto view = openSessionView(arguments.session);
    if (!view) return fail(view.error());
    const auto claims = judged(articleClaims(), view->comparisons);
    if (arguments.json) {
        Json json = toJson(claimsTable(claims));
        json["ease"] = toJson(easeTable(easeOf(view->comparisons)));
        toStdout("{}\n", terminalJson(json));
    } else {
        printClaims(*view, claims);
    }
    return ExitOk;
}

} // namespace

void addArticleCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<ArticleArguments>();
    auto* command = app.add_subcommand(
        "article", "What an article says of Dask and Ray, claim by claim, by a session's runs");
    command->add_option("SESSION", arguments->session, "Session file")->required();
    command->add_flag("--json", arguments->json,
                      "One object with a row for each claim, and what it takes as \"ease\"");
    command->footer("Example:\n  spillway run --preset article --session article.spillway\n"
                    "  spillway article article.spillway");
    command->callback([=, &chosen] { chosen = [arguments] { return runArticle(*arguments); }; });
}

} // namespace spillway
