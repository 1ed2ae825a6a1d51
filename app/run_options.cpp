#include "app/run_arguments.h"

#include "base/name_list.h"
#include "experiment/presets.h"
#include "workloads/workload_type.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace spillway {
namespace {

/// A list of names, read as one record of CSV; given again it goes on.
CLI::Option* addNames(CLI::App& command, const std::string& option, std::vector<std::string>& names,
                      const std::string& help)
{
    const auto read = [&names, option](const std::vector<std::string>& records) {
        for (const auto& record : records) {
            auto more = namesOfRecord(record);
            if (!more) throw CLI::ValidationError(option, describe(more.error()));
            names.insert(names.end(), more->begin(), more->end());
        }
    };
    return command.add_option_function<std::vector<std::string>>(option, read, help)
        ->allow_extra_args(false);
}

/// One name, as a list of one. Written like a list of one, so that a copied command needs no other
/// rule; what is no such list is the name itself.
CLI::Option* addName(CLI::App& command, const std::string& option, std::vector<std::string>& name,
                     const std::string& help)
{
    const auto read = [&name](const std::string& text) {
        const auto names = namesOfRecord(text);
        name = {names && names->size() == 1 ? names->front() : text};
    };
    return command.add_option_function<std::string>(option, read, help)->type_name("COLUMN");
}

void defineData(CLI::App& command, RunArguments& a)
{
    command.add_option("PLAN", a.planFile, "Plan file (JSON)");
    command
        .add_option(
            "--data", a.data,
            "A CSV file, a directory, or a quoted glob; may be repeated for further datasets")
        ->type_name("DATA")
        ->allow_extra_args(false);
    command
        .add_option("--input", a.inputs,
                    "A table of its own name for a query, NAME=PATH; repeated for several, which "
                    "are one dataset together")
        ->type_name("NAME=DATA")
        ->allow_extra_args(false);
    command.add_option("--preset", a.preset, "A predefined plan")
        ->type_name(fmt::format("{}", fmt::join(presetIds(), "|")));
    command
        .add_option("--scale", a.scale, "Data size of a preset as a factor, for instance 0.05 (1)")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--rows", a.rows,
                    "Rows of the largest table of a preset with jobs of its own, such as 10k, 1M, "
                    "1G (1M)")
        ->type_name("ROWS");
    command
        .add_option("--format", a.format,
                    "Formats to run on, each beside the other: the missing one is made once")
        ->type_name("csv|parquet|csv,parquet");
}

void defineWorkload(CLI::App& command, RunArguments& a)
{
    std::vector<std::string> ids;
    std::vector<std::string> words;
    for (const auto* type : workloadTypes()) {
        ids.push_back(type->id);
        words.push_back(type->id == type->title ? type->id
                                                : fmt::format("{} ({})", type->id, type->title));
    }
    command.add_option("--workload", a.workload, fmt::format("{}", fmt::join(words, ", ")))
        ->type_name(fmt::format("{}", fmt::join(ids, "|")));
}

/// A sentence as options' help has it.
std::string withoutStop(std::string sentence)
{
    if (sentence.ends_with('.')) sentence.pop_back();
    return sentence;
}

/// An option for each role of each kind; kinds may share one. (One that another option has is
/// refused by CLI11 at every start.)
void defineColumns(CLI::App& command, RunArguments& a)
{
    bool explained = false;
    for (const auto* type : workloadTypes())
        for (const auto& role : type->roles) {
            const std::string option = "--" + dashed(role.name);
            std::string help = fmt::format("{}: {}", type->id, role.meaning);
            if (a.columns.contains(role.name)) {
                auto* shared = command.get_option(option);
                shared->description(shared->get_description() + "; " + help);
                continue;
            }
            if (role.many && !explained)
                help += ", comma-separated; a name with a comma in double quotes: "
                        "'x,\"net, EUR\"'";
            explained = explained || role.many;
            auto& columns = a.columns[role.name];
            if (role.many)
                addNames(command, option, columns, help)->type_name("COLUMNS");
            else
                addName(command, option, columns, help);
        }
}

/// An option for each text that a user writes.
void defineTexts(CLI::App& command, RunArguments& a)
{
    for (const auto* type : workloadTypes())
        for (const auto& parameter : type->parameters)
            if (parameter.written)
                command
                    .add_option("--" + dashed(parameter.name), a.texts[parameter.name],
                                fmt::format("{}: {}", type->id, withoutStop(parameter.meaning)))
                    ->type_name("TEXT|FILE");
}

/// An option for each parameter that has one of its own.
void defineOwnOptions(CLI::App& command, RunArguments& a)
{
    for (const auto* type : workloadTypes())
        for (const auto& parameter : type->parameters)
            if (parameter.ownOption)
                command
                    .add_option_function<std::string>(
                        "--" + dashed(parameter.name),
                        [&a, name = parameter.name](const std::string& value) {
                            a.parameters.push_back(fmt::format("{}={}", name, value));
                        },
                        fmt::format("{}: {}", type->id, withoutStop(parameter.meaning)))
                    ->type_name(fmt::format("{}", fmt::join(parameter.choices, "|")));
}

/// "etl: materialise; logreg: solver, …"
std::string parametersHelp()
{
    std::vector<std::string> texts;
    for (const auto* type : workloadTypes())
        if (std::ranges::any_of(type->parameters,
                                [](const Parameter& parameter) { return !parameter.written; }))
            texts.push_back(fmt::format("{}: {}", type->id, parameterNames(*type)));
    return fmt::format("{}", fmt::join(texts, "; "));
}

void defineCells(CLI::App& command, RunArguments& a)
{
    defineWorkload(command, a);
    addNames(command, "--engine", a.engines, "Engines, comma-separated; ID or ID:PROFILE")
        ->type_name("ENGINES");
    command.add_option("--workers", a.workers, "Worker counts, comma-separated (2)")
        ->type_name("COUNTS")
        ->delimiter(',');
    defineColumns(command, a);
    defineTexts(command, a);
    defineOwnOptions(command, a);
    command.add_option("--param", a.parameters, parametersHelp())->type_name("NAME=VALUE");
    command.add_option("--address", a.address, "Existing Dask or Ray cluster")->type_name("URL");
}

void defineMeasuring(CLI::App& command, RunArguments& a)
{
    auto* repeats =
        command
            .add_option("-r,--repeats", a.repeats,
                        "Counted repeats of each cell (6; presets quick: 5, squeeze: 3, paper: 1)")
            ->type_name("N");
    command
        .add_flag("--until-decided", a.untilDecided,
                  "Repeat what is undecided until it is settled: looks after 5, 10, 20 and 40 "
                  "rounds")
        ->excludes(repeats);
    command
        .add_option("-w,--warmup", a.warmup, "Uncounted runs of each cell before its repeats (1)")
        ->type_name("N");
    command
        .add_option(
            "--memory-limit", a.memoryLimits,
            "Total for one run, all its processes (Dask's own option is per worker): 2GB, or none "
            "(75 % of the RAM). Several, comma-separated, are measured as separate cells")
        ->type_name("SIZE")
        ->allow_extra_args(false);
    command.add_option("--timeout", a.timeout, "Longest time of one run (10min)")
        ->type_name("DURATION");
    command
        .add_option("--budget", a.budget,
                    "Time of the whole plan, such as 2min or 1h30min: one round of every cell, "
                    "then more while they fit; or none (none; preset quick: 2min)")
        ->type_name("DURATION");
    command.add_option("--cache", a.cache, "State of the page cache before each run (warm)")
        ->type_name("warm|cold|as-is");
    command.add_option("--seed", a.seed, "Seed of the run order and of the solvers (1)")
        ->type_name("N");
    command
        .add_option("--scratch", a.scratch,
                    "Directory for spill files, on a real disk (the cache directory)")
        ->type_name("DIRECTORY");
    command
        .add_option("--max-scratch", a.maxScratch,
                    "Most disk space that a run may use there; a run that exceeds it is stopped")
        ->type_name("SIZE");
    command
        .add_option("--session", a.session, "Session file; appended to when it exists (a new one)")
        ->type_name("SESSION");
    auto* again = command.add_flag(
        "--continue", a.continuePlan,
        "Skip runs that the session already holds; without --data, continue its last plan");
    command
        .add_flag("--rerun-failed", a.rerunFailed,
                  "With --continue: run those again that failed or were skipped for it")
        ->needs(again);
    command.add_flag("-i,--ignore-failure", a.ignoreFailure, "Exit with 0 even if a run failed");
    command.add_flag("--dry-run", a.dryRun, "Show what would run, and start nothing");
    command.add_flag("--json", a.json, "One JSON object per run, as it ends");
}

} // namespace

void defineRunOptions(CLI::App& command, RunArguments& a)
{
    defineData(command, a);
    defineCells(command, a);
    defineMeasuring(command, a);
    defineDialectOptions(command, a.dialect);
}

} // namespace spillway
