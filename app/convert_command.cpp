#include "app/commands.h"
#include "app/dialect_options.h"
#include "app/terminal.h"
#include "base/json.h"
#include "host/parquet.h"

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

struct ConvertArguments {
    std::string source;
    std::string output;
    DialectArguments dialect;
    std::vector<std::string> partitionBy;
    std::string rowGroup = "128MiB";
    bool force = false;
    bool json = false;
};

int runConvert(const ConvertArguments& arguments)
{
    const StopOnSignal interrupt;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    const auto hints = hintsFrom(arguments.dialect);
    if (!hints) return fail(hints.error());
    const auto rowGroup = parseBytes(arguments.rowGroup);
    if (!rowGroup) return fail(rowGroup.error());
    if (*rowGroup < 1) return fail(invalidArgument("--row-group takes a size above 0."));
    const auto opened =
        openDataset(arguments.source, *hints, parquetReader(registry, interrupt.token()));
    if (!opened) return fail(opened.error());
    for (const auto& note : opened->guess.notes)
        toStderr("{}: {}\n", opened->dataset.name, note);
    std::optional<ProgressLine> line(std::in_place);
    const ConvertOptions options{.partitionBy = arguments.partitionBy,
                                 .rowGroup = *rowGroup,
                                 .force = arguments.force,
                                 .progress = [&](double share) {
                                     line->show(fmt::format("converting {:3.0f} %", share * 100));
                                 }};
    const Seconds begin = monotonicNow();
    const auto made = convertTable(registry, opened->dataset, FileFormat::Parquet, arguments.output,
                                   options, interrupt.token());
    line.reset();
    if (!made) return fail(made.error());
    const Seconds elapsed = monotonicNow() - begin;
    if (arguments.json) {
        toStdout("{}\n", terminalJson({{"path", arguments.output},
                                       {"rows", made->rows},
                                       {"files", made->files},
                                       {"bytes", made->bytes},
                                       {"seconds", elapsed.count()}}));
        return ExitOk;
    }
    toStdout("{}: {} rows, {} of {}, in {}\n", arguments.output, formatCount(made->rows),
             formatBytes(made->bytes), formatBytes(opened->dataset.bytes), formatDuration(elapsed));
    return ExitOk;
}

} // namespace

void addConvertCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<ConvertArguments>();
    auto* command = app.add_subcommand("convert", "Write a table of CSV files as Parquet");
    command->add_option("DATA", arguments->source, "CSV file, folder or pattern")->required();
    command->add_option("OUT", arguments->output, "Parquet file, or folder with --partition-by")
        ->required();
    command
        ->add_option("--partition-by", arguments->partitionBy,
                     "Columns whose values name folders: OUT/year=2024/…")
        ->delimiter(',')
        ->type_name("COLUMNS");
    command
        ->add_option("--row-group", arguments->rowGroup,
                     "About this much of the data in each group of rows")
        ->type_name("SIZE")
        ->capture_default_str();
    defineDialectOptions(*command, arguments->dialect);
    command->add_flag("--force", arguments->force, "Replace what is there");
    command->add_flag("--json", arguments->json, "Print one JSON object instead of text");
    command->footer("Needs the Parquet library: spillway engines install parquet\n"
                    "Example:\n  spillway convert orders.csv orders.parquet");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return runConvert(*arguments); }; });
}

} // namespace spillway
