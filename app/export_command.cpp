#include "app/commands.h"
#include "app/export_on_terminal.h"
#include "app/overlay_option.h"
#include "app/terminal.h"
#include "charts/chart_spec.h"

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

struct ExportArguments {
    std::string session;
    ExportRequest request;
    std::string overlay;
};

int runExport(const ExportArguments& arguments)
{
    const auto files = exportOnTerminal(arguments.session, arguments.overlay, arguments.request);
    if (!files) return fail(files.error());
    for (const auto& file : *files)
        toStdout("{}\n", file);
    return ExitOk;
}

} // namespace

void addExportCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<ExportArguments>();
    auto* command =
        app.add_subcommand("export", "Write charts, tables and the report of a session");
    command->add_option("SESSION", arguments->session, "Session file")->required();
    command->add_option("--out", arguments->request.directory, "Directory; created if missing")
        ->type_name("DIRECTORY")
        ->required();
    command
        ->add_option("--format", arguments->request.formats,
                     "One or several, comma-separated (all)")
        ->delimiter(',')
        ->check(CLI::IsMember(exportFormats()));
    command->add_option("--only", arguments->request.only, "Charts, comma-separated (all)")
        ->type_name(chartIds("|"))
        ->delimiter(',');
    addOverlayOption(*command, arguments->overlay);
    command->add_option("--dpi", arguments->request.dpi, "Resolution of PNG files")
        ->capture_default_str()
        ->check(CLI::Range(36, 1200));
    command->footer(
        "Example:\n  spillway export study.spillway --out figures --format png,csv,html");
    command->callback([=, &chosen] { chosen = [arguments] { return runExport(*arguments); }; });
}

} // namespace spillway
