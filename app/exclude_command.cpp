#include "app/commands.h"
#include "app/terminal.h"
#include "session/session_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace spillway {
namespace {

struct ExcludeArguments {
    std::string session;
    std::vector<std::int64_t> runs;
    std::string reason;
    bool undo = false;
};

/// Every run is known, and excluding needs a reason: otherwise nothing is changed.
Result<void> checkedRuns(const ExcludeArguments& arguments, const std::vector<RunRecord>& records)
{
    if (!arguments.undo && arguments.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return invalidArgument("A run is excluded for a reason, which every export tells.",
                               "Say it with --reason.");
    for (const auto run : arguments.runs)
        if (std::ranges::find(records, run, &RunRecord::id) == records.end())
            return makeError(ErrorCode::NotFound,
                             fmt::format("{} has no run {}.", arguments.session, run),
                             "\"spillway export --format csv\" lists them.");
    return {};
}

int runExclude(const ExcludeArguments& arguments)
{
    auto store = SessionStore::open(arguments.session);
    if (!store) return fail(store.error());
    const auto records = store->runs();
    if (!records) return fail(records.error());
    if (auto sound = checkedRuns(arguments, *records); !sound) return fail(sound.error());
    for (const auto run : arguments.runs) {
        const auto done =
            store->excludeRun(run, arguments.undo ? std::nullopt : std::optional(arguments.reason));
        if (!done) return fail(done.error());
        toStdout("run {}: {}\n", run,
                 arguments.undo ? "counts again" : "excluded, " + arguments.reason);
    }
    return ExitOk;
}

} // namespace

void addExcludeCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<ExcludeArguments>();
    auto* command = app.add_subcommand(
        "exclude", "Leave runs out of verdicts and charts, for a reason that every export tells");
    command->add_option("SESSION", arguments->session, "Session file")->required();
    command->add_option("RUN", arguments->runs, "Numbers of runs, as exports have them")
        ->required()
        ->expected(1, 10'000);
    command->add_option("--reason", arguments->reason, "Why they do not count")->type_name("TEXT");
    command->add_flag("--undo", arguments->undo, "Let them count again");
    command->footer(
        "Example:\n  spillway exclude study.spillway 12 13 --reason 'the laptop slept'");
    command->callback([=, &chosen] { chosen = [arguments] { return runExclude(*arguments); }; });
}

} // namespace spillway
