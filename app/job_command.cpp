#include "analysis/table.h"
#include "app/commands.h"
#include "app/run_arguments.h"
#include "app/terminal.h"
#include "base/files.h"
#include "base/json.h"
#include "experiment/job_plan.h"
#include "host/engine_registry.h"
#include "measure/machine.h"
#include "work/text.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <memory>

namespace spillway {
namespace {

struct JobArguments {
    std::string file;
    std::vector<std::string> data;
    std::vector<std::string> inputs;
    std::string engine;
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
        json["engines"][engine] = {{"hash", program.hash},
                                   {"refusal", program.refusal ? Json(*program.refusal) : Json()}};
    return json;
}

int check(const JobArguments& arguments)
{
    const StopOnSignal interrupt;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    const auto run = asRun(arguments);
    if (!run) return fail(run.error());
    const auto written = writtenJob(*run);
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
        engines.rows.push_back(
            {engine, program.refusal ? fmt::format("no: {}", *program.refusal) : "yes"});
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
    const auto written = writtenJob(*run);
    if (!written) return fail(written.error());
    const auto colon = arguments.engine.find(':');
    const EngineChoice choice{arguments.engine.substr(0, colon),
                              colon == std::string::npos ? "" : arguments.engine.substr(colon + 1)};
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
    auto* program = job->add_subcommand("code", "The program that an engine runs, on stdout");
    addData(*program, *arguments);
    program->add_option("--engine", arguments->engine, "ID or ID:PROFILE")
        ->type_name("ENGINE")
        ->required();
    program->callback([=, &chosen] { chosen = [arguments] { return code(*arguments); }; });
}

} // namespace spillway
