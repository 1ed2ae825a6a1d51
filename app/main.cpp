#include "app/command_line.h"
#include "app/commands.h"
#include "app/completion_command.h"
#include "app/terminal.h"
#include "app/window.h"
#include "base/escape.h"
#include "session/session_mark.h"
#include "work/message_bus.h"

#include <fmt/format.h>

#include <unistd.h>

#include <exception>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

/// `spillway` or `spillway FILE.spillway` (with options of Qt's own) is the window; anything else
/// is a subcommand or, where a file and no command has the name, the window on that file. Decided
/// before a QApplication exists, so that the terminal needs no display.
bool wantsWindow(int argc, char** argv)
{
    if (argc < 2) return true;
    const std::string_view first = argv[1];
    return first.ends_with(".spillway") || first == "-platform" || first == "-style";
}

/// Usage, help and version as the command line's parser words them.
int answer(const CLI::App& app, const CLI::ParseError& error)
{
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(error, out, err);
    spillway::toStdout("{}", spillway::Lines{out.str()});
    spillway::toStderr("{}", spillway::Lines{err.str()});
    // Asking for help or the version is a success, everything else wrong usage.
    return code == 0 ? spillway::ExitOk : spillway::ExitUsage;
}

/// What a command line without a command means.
int openOrRefuse(int argc, char** argv, const CLI::App& app, const CLI::ParseError& error)
{
    std::error_code none;
    const bool file = std::filesystem::is_regular_file(argv[1], none);
    if (file && (spillway::hasDisplay() || spillway::isSession(argv[1])))
        return spillway::showWindow(argc, argv);
    answer(app, error);
    if (file)
        spillway::toStderr("That is a data file. To run engines on it:\n"
                           "  spillway run --data {} --workload etl --engine chunked\n",
                           spillway::shellWord(argv[1]));
    return spillway::ExitUsage;
}

int runCommand(int argc, char** argv)
{
    spillway::Invocation chosen;
    const auto tree = spillway::commandLine(chosen);
    CLI::App& app = *tree;
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words.front() == spillway::completeCommand)
        return spillway::answerShell(app, words);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RequiredError& error) {
        if (app.get_subcommands().empty()) return openOrRefuse(argc, argv, app, error);
        answer(app, error);
        return spillway::ExitUsage;
    } catch (const CLI::ParseError& error) {
        return answer(app, error);
    }
    return chosen();
}

/// Exceptions that nothing below turned into an error: a bug, or a system that refuses memory or
/// threads.
int unexpected(const std::exception& failure)
{
    spillway::toStderr("spillway: {}\n", failure.what());
    return spillway::ExitRunFailed;
}

} // namespace

int main(int argc, char** argv)
{
    spillway::reserveStandardStreams();
    if (argc > 0) spillway::setProgramName(argv[0]);
    int code = spillway::ExitRunFailed;
    try {
        code = wantsWindow(argc, argv) ? spillway::showWindow(argc, argv) : runCommand(argc, argv);
    } catch (const std::exception& failure) {
        code = unexpected(failure);
    }
    code = spillway::exitCodeAfterOutput(code);
    if (spillway::busGivenUp()) ::_exit(code);
    return code;
}
