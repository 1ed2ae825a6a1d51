#include "app/commands.h"
#include "app/terminal.h"
#include "app/window.h"
#include "base/shell_word.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>

namespace {

/// `spillway` or `spillway FILE.spillway` (with options of Qt's own) is the window; anything else
/// is a subcommand. Decided before a QApplication exists, so that the terminal needs no display.
bool wantsWindow(int argc, char** argv)
{
    if (argc < 2) return true;
    const std::string_view first = argv[1];
    return first.ends_with(".spillway") || first == "-platform" || first == "-style";
}

} // namespace

int main(int argc, char** argv)
{
    if (wantsWindow(argc, argv)) return spillway::showWindow(argc, argv);

    CLI::App app(
        "Which engine, with how many workers, finishes your larger-than-memory job, how fast and "
        "in how much memory. Without a command it opens the window.",
        "spillway");
    app.set_version_flag("--version", std::string("spillway ") + SPILLWAY_VERSION);
    app.require_subcommand(1);
    app.footer("spillway [SESSION.spillway] opens the window.\n"
               "First experiment:\n"
               "  spillway generate data.csv --size 1GB --signal 4\n"
               "  spillway run --data data.csv --workload etl --engine chunked --workers 1,2");
    spillway::Invocation chosen;
    spillway::addGenerateCommand(app, chosen);
    spillway::addEnginesCommand(app, chosen);
    spillway::addRunCommand(app, chosen);
    spillway::addCompareCommand(app, chosen);
    spillway::addExportCommand(app, chosen);
    spillway::addDoctorCommand(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RequiredError& error) {
        app.exit(error);
        std::error_code none;
        if (app.get_subcommands().empty() && std::filesystem::is_regular_file(argv[1], none))
            fmt::print(stderr,
                       "That is a file. To run engines on its data:\n"
                       "  spillway run --data {} --workload etl --engine chunked\n",
                       spillway::shellWord(argv[1]));
        return spillway::ExitUsage;
    } catch (const CLI::ParseError& error) {
        // Asking for help or the version is a success, everything else wrong usage.
        return app.exit(error) == 0 ? spillway::ExitOk : spillway::ExitUsage;
    }
    return chosen();
}
