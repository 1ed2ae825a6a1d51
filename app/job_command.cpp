#include "analysis/table.h"
#include "app/commands.h"
#include "app/preset_data.h"
#include "app/row_count.h"
#include "app/run_arguments.h"
#include "app/terminal.h"
#include "app/written_job.h"
#include "base/files.h"
#include "base/json.h"
#include "experiment/job_plan.h"
#include "generator/tables.h"
#include "host/engine_registry.h"
#include "host/parquet.h"
#include "measure/machine.h"
#include "work/text.h"
#include "workloads/shipped_jobs.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <optional>

namespace spillway {
namespace {

struct JobArguments {
    std::string file;
    std::vector<std::string> data;
    std::vector<std::string> inputs;
    std::string engine;
    bool json = false;
};

struct TablesArguments {
    std::string suite;
    std::string directory;
    std::string rows = "1M";
    bool force = false;
    bool json = false;
};

/// As if the file had been given to `run`: JSON when it begins so, else SQL.
Result<RunArguments> asRun(const JobArguments& arguments)
{
    const auto text = readFile(arguments.file, Bytes(Parameter::longestText));
    if (!text) return text.error();
    RunArguments run;
    run.data = arguments.data;
    run.inputs = arguments.inputs;
    for (const auto* type : workloadTypes())
        if (const auto* parameter = type->parameterFor(*text))
            run.texts[parameter->name] = arguments.file;
    return run;
}

/// "name text, total float64"
std::string columnsText(const std::vector<std::pair<std::string, std::string>>& columns)
{
    std::string text;
    for (const auto& [name, type] : columns)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, type);
    return text;
}

std::vector<JobEngine> allEngines(const EngineRegistry& registry, const Workload& workload)
{
    std::vector<JobEngine> engines;
    for (const auto& engine : registry.engines())
        if (const EngineKind* kind = engine.manifest.findKind(workload.kind);
            kind && engine.manifest.family == EngineFamily::Python)
            for (const auto& profile : kind->profiles)
                engines.push_back({.id = engine.manifest.id,
                                   .profile = profile.id,
                                   .workers = usableCores(),
                                   .memory = {}});
    return engines;
}

Json toJson(const PlannedJob& job)
{
    const auto columns = [](const auto& pairs) {
        Json list = Json::array();
        for (const auto& [name, type] : pairs)
            list.push_back({{"name", name}, {"type", type}});
        return list;
    };
    Json json{{"workload", toJson(job.workload)},
              {"steps", Json::array()},
              {"columns", columns(job.columns)},
              {"engines", Json::object()}};
    for (const auto& step : job.steps)
        json["steps"].push_back(
            {{"place", step.place}, {"text", step.text}, {"columns", columns(step.columns)}});
    for (const auto& [engine, program] : job.programs)
        json["engines"][engine.id + ":" + engine.profile] = {
            {"hash", program.hash}, {"refusal", program.refusal ? Json(*program.refusal) : Json()}};
    return json;
}

int check(const JobArguments& arguments)
{
    const StopOnSignal interrupt;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    const auto run = asRun(arguments);
    if (!run) return fail(run.error());
    const auto written = writtenJob(*run, parquetReader(registry, interrupt.token()));
    if (!written) return fail(written.error());
    const auto job = planJob(registry, written->workload, written->dataset,
                             allEngines(registry, written->workload), interrupt.token());
    if (!job) return fail(job.error());
    if (arguments.json) {
        toStdout("{}\n", terminalJson(toJson(*job)));
        return ExitOk;
    }
    Table steps{"Steps", {{"step", "step"}, {"does", "does"}, {"columns", "columns"}}, {}};
    for (const auto& step : job->steps)
        steps.rows.push_back({step.place, step.text, columnsText(step.columns)});
    Table engines{"Engines", {{"engine", "engine"}, {"does it", "does it"}}, {}};
    for (const auto& [engine, program] : job->programs)
        engines.rows.push_back({engine.id + ":" + engine.profile,
                                program.refusal ? fmt::format("no: {}", *program.refusal) : "yes"});
    toStdout("{}\n{}", Lines{toText(steps, terminalWidth())},
             Lines{toText(engines, terminalWidth())});
    toStdout("The result has the columns {}.\n", utf8(text(columnsText(job->columns))));
    return ExitOk;
}

int code(const JobArguments& arguments)
{
    const StopOnSignal interrupt;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    const auto run = asRun(arguments);
    if (!run) return fail(run.error());
    const auto written = writtenJob(*run, parquetReader(registry, interrupt.token()));
    if (!written) return fail(written.error());
    const EngineChoice choice = engineChoiceFrom(arguments.engine);
    const EngineInfo* engine = registry.find(choice.id);
    if (!engine)
        return fail(invalidArgument(fmt::format("There is no engine \"{}\".", choice.id),
                                    "`spillway engines` lists them."));
    const auto job = planJob(registry, written->workload, written->dataset,
                             {{.id = choice.id,
                               .profile = profileOf(choice, engine, written->workload),
                               .workers = usableCores(),
                               .memory = {}}},
                             interrupt.token());
    if (!job) return fail(job.error());
    if (job->programs.empty())
        return fail(makeError(ErrorCode::Unsupported,
                              fmt::format("{} has no program for it.", engine->manifest.title)));
    const auto& program = job->programs.begin()->second;
    if (program.refusal)
        return fail(makeError(ErrorCode::Unsupported,
                              fmt::format("{}: {}", engine->manifest.title, *program.refusal)));
    toStdout("{}", Lines{program.text});
    return ExitOk;
}

int list(const JobArguments& arguments)
{
    if (arguments.json) {
        Json jobs = Json::array();
        for (const auto& job : shippedJobs())
            jobs.push_back({{"suite", job.suite},
                            {"job", job.name},
                            {"title", job.title},
                            {"shows", job.shows}});
        toStdout("{}\n", terminalJson({{"jobs", jobs}}));
        return ExitOk;
    }
    for (const auto& job : shippedJobs())
        toStdout("{}  {}: {}\n    {}\n", job.suite, job.name, job.title, job.shows);
    return ExitOk;
}

int tables(const TablesArguments& arguments)
{
    const StopOnSignal interrupt;
    const auto rows = parseRows(arguments.rows);
    if (!rows) return fail(rows.error());
    const auto spec = suiteSpec(arguments.suite);
    if (!spec) return fail(spec.error());
    std::error_code failed;
    std::filesystem::create_directories(arguments.directory, failed);
    if (failed) return fail(systemError("Cannot create " + arguments.directory, failed.value()));
    std::optional<ProgressLine> line(std::in_place);
    GenerateOptions options{.force = arguments.force};
    options.progress = [&](const GenerateProgress& progress) {
        line->show(fmt::format("{} {:.0f} %", progress.stage, progress.fraction * 100));
    };
    const auto made = generateTables(*spec, *rows, arguments.directory, options, interrupt.token());
    line.reset();
    if (!made) return fail(made.error());
    Json list = Json::array();
    for (const auto& table : *made) {
        list.push_back({{"name", table.name},
                        {"path", table.path.string()},
                        {"rows", table.rows},
                        {"bytes", table.bytes}});
        if (!arguments.json)
            toStdout("{}: {} rows, {}\n", table.path.string(), formatCount(table.rows),
                     formatBytes(table.bytes));
    }
    if (arguments.json) toStdout("{}\n", terminalJson({{"tables", list}}));
    return ExitOk;
}

void addTables(CLI::App& job, Invocation& chosen)
{
    auto arguments = std::make_shared<TablesArguments>();
    auto* command =
        job.add_subcommand("tables", "Write the tables of a suite of jobs, for use of your own");
    command->add_option("SUITE", arguments->suite, "As job list has it")
        ->type_name(fmt::format("{}", fmt::join(shippedSuites(), "|")))
        ->required();
    command->add_option("DIRECTORY", arguments->directory, "Where TABLE.csv is written")
        ->type_name("DIRECTORY")
        ->required();
    command->add_option("--rows", arguments->rows, "Of the largest table: 10k, 1M, 1G (1M)")
        ->type_name("ROWS");
    command->add_flag("--force", arguments->force, "Replace tables that are there");
    command->add_flag("--json", arguments->json, "One JSON object");
    command->callback([=, &chosen] { chosen = [arguments] { return tables(*arguments); }; });
}

void addData(CLI::App& command, JobArguments& arguments)
{
    command.add_option("FILE", arguments.file, "SQL, or a job as JSON")->required();
    command
        .add_option("--data", arguments.data,
                    "A CSV file, a directory, or a quoted glob: the table \"data\"")
        ->type_name("DATA")
        ->allow_extra_args(false);
    command.add_option("--input", arguments.inputs, "A table by its name; may be repeated")
        ->type_name("NAME=DATA")
        ->allow_extra_args(false);
}

} // namespace

void addJobCommand(CLI::App& app, Invocation& chosen)
{
    auto arguments = std::make_shared<JobArguments>();
    auto* job = app.add_subcommand("job", "Look at a query: its steps, and each engine's program");
    job->require_subcommand(1);
    auto* checked = job->add_subcommand(
        "check", "What it reads, its steps and their columns, and which engines can do it");
    addData(*checked, *arguments);
    checked->add_flag("--json", arguments->json, "One JSON object");
    checked->callback([=, &chosen] { chosen = [arguments] { return check(*arguments); }; });
    auto* listed = job->add_subcommand(
        "list",
        "The jobs that ship, each with what it shows about engines; run --preset runs them");
    listed->add_flag("--json", arguments->json, "One JSON object");
    listed->callback([=, &chosen] { chosen = [arguments] { return list(*arguments); }; });
    addTables(*job, chosen);
    auto* program = job->add_subcommand("code", "The program that an engine runs, on stdout");
    addData(*program, *arguments);
    program->add_option("--engine", arguments->engine, "ID or ID:PROFILE")
        ->type_name("ENGINE")
        ->required();
    program->callback([=, &chosen] { chosen = [arguments] { return code(*arguments); }; });
}

} // namespace spillway
