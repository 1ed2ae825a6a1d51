#include "app/commands.h"
#include "app/terminal.h"
#include "base/json.h"
#include "generator/generator.h"
#include "work/generate_parquet.h"

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

struct GenerateArguments {
    std::string output;
    GeneratorSpec spec;
    std::string size;
    bool force = false;
    bool json = false;
};

std::string progressText(const GenerateProgress& progress)
{
    std::string text =
        fmt::format("{} {:3.0f} %  {}  {} rows", progress.stage, progress.fraction * 100,
                    formatBytes(progress.bytes), formatCount(progress.rows));
    if (progress.elapsed.count() > 0.5)
        text += fmt::format("  {}/s",
                            formatBytes(static_cast<Bytes>(static_cast<double>(progress.bytes) /
                                                           progress.elapsed.count())));
    if (progress.remaining) text += "  " + formatDuration(*progress.remaining) + " left";
    return text;
}

void printManifest(const DatasetManifest& manifest, const GenerateArguments& arguments,
                   Seconds elapsed)
{
    if (arguments.json) {
        Json json = toJson(manifest);
        json["path"] = arguments.output;
        json["seconds"] = elapsed.count();
        json.erase("groups");
        toStdout("{}\n", terminalJson(json));
        return;
    }
    toStdout("{}: {} rows, {}, in {} ({}/s)\n", arguments.output, formatCount(manifest.rows),
             formatBytes(manifest.bytes), formatDuration(elapsed),
             formatBytes(static_cast<Bytes>(static_cast<double>(manifest.bytes) /
                                            std::max(elapsed.count(), 1e-9))));
    for (const auto& part : manifest.parts)
        toStdout("  part {}\n", part);
    if (manifest.trueAccuracy)
        toStdout("  best possible accuracy about {:.2f} %\n", *manifest.trueAccuracy * 100);
}

int runGenerate(GenerateArguments& arguments)
{
    if (!arguments.size.empty()) {
        const auto bytes = parseBytes(arguments.size);
        if (!bytes) return fail(bytes.error());
        arguments.spec.bytes = *bytes;
    }
    const StopOnSignal interrupt;
    ProgressLine line;
    GenerateOptions options;
    options.force = arguments.force;
    options.progress = [&](const GenerateProgress& progress) { line.show(progressText(progress)); };
    const Seconds begin = monotonicNow();
    const auto manifest =
        isParquetName(arguments.output)
            ? generateParquet(
                  EngineRegistry(EngineRegistry::defaultLocations()), arguments.spec,
                  arguments.output, options,
                  [&](double share) {
                      line.show(fmt::format("converting {:3.0f} %", share * 100));
                  },
                  interrupt.token())
            : generate(arguments.spec, arguments.output, options, interrupt.token());
    line.show("");
    if (!manifest) return fail(manifest.error());
    printManifest(*manifest, arguments, monotonicNow() - begin);
    return ExitOk;
}

} // namespace

void addGenerateCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<GenerateArguments>();
    auto* command =
        app.add_subcommand("generate", "Write a dataset of any size, with its oracle beside it");
    command
        ->add_option("OUT", arguments->output, "CSV file to write; Parquet if it ends in .parquet")
        ->required();
    auto* size = command->add_option_group("size", "Size (one of)");
    size->add_option("--rows", arguments->spec.rows, "Number of rows")->type_name("N");
    size->add_option("--size", arguments->size, "Size of the file: 8GB (10^9) or 8GiB (2^30)")
        ->type_name("SIZE");
    size->add_option("--ram-factor", arguments->spec.ramFactor,
                     "Size as a multiple of this machine's RAM (the paper used 1.1 to 1.2)");
    size->require_option(1);
    command->add_option("--seed", arguments->spec.seed, "Same seed, same bytes")
        ->capture_default_str();
    command
        ->add_option("--categories", arguments->spec.categories, "Number of groups, 1 to 10000000")
        ->capture_default_str();
    command->add_option("--features", arguments->spec.features, "Number of numeric columns")
        ->capture_default_str();
    command
        ->add_option("--signal", arguments->spec.signal,
                     "How strongly the category depends on the features: 0 not at all (the paper's "
                     "data), 4 clearly")
        ->capture_default_str();
    command
        ->add_option("--split", arguments->spec.split,
                     "Also write the rows as N files of equal length")
        ->type_name("N");
    command->add_flag("--force", arguments->force, "Replace an existing dataset");
    command->add_flag("--json", arguments->json, "Print one JSON object instead of text");
    command->footer("Example:\n  spillway generate data.csv --size 4GB --signal 4");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return runGenerate(*arguments); }; });
}

} // namespace spillway
