#include "experiment/job_plan.h"

#include "base/json.h"
#include "host/python_tool.h"
#include "host/warm_tools.h"
#include "protocol/dataset_json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

/// The share of what is left of a limit above an engine's floor that the engine may manage, as the
/// adapters have it (docs/measurement.md).
constexpr double managedShare = 0.8;

/// What an engine may manage of a limit.
std::optional<Bytes> managed(std::optional<Bytes> limit, const EngineManifest& manifest)
{
    if (!limit) return std::nullopt;
    const auto above = static_cast<double>(*limit - manifest.memoryFloor.value_or(0));
    return std::max<Bytes>(1, static_cast<Bytes>(above * managedShare));
}

Json toJson(const JobEngine& engine)
{
    return {{"id", engine.id},
            {"profile", engine.profile},
            {"workers", engine.workers},
            {"memory_bytes", orNull(engine.memory)}};
}

std::vector<std::pair<std::string, std::string>> columnsOf(const Json& json)
{
    std::vector<std::pair<std::string, std::string>> columns;
    for (const Json& column : fieldOr(json, "columns", Json::array()))
        columns.emplace_back(fieldOr(column, "name", std::string()),
                             fieldOr(column, "type", std::string()));
    return columns;
}

JobProgram programOf(const Json& json)
{
    JobProgram program{.text = fieldOr(json, "code", std::string()),
                       .hash = fieldOr(json, "hash", std::string()),
                       .refusal = {}};
    const auto refused = json.find("refused");
    if (refused == json.end() || !refused->is_object()) return program;
    const auto step = fieldOr(*refused, "step", std::string());
    const auto reason = fieldOr(*refused, "reason", std::string());
    program.refusal = step.empty() ? reason : fmt::format("{}: {}", step, reason);
    return program;
}

Error badJob(const Json& error)
{
    const auto place = fieldOr(error, "place", std::string());
    const auto message = fieldOr(error, "message", std::string("The job cannot be read."));
    auto text = place.empty() ? message : fmt::format("{} ({})", message, place);
    // The line with a caret below what is meant.
    if (const auto excerpt = fieldOr(error, "excerpt", std::string()); !excerpt.empty())
        text += "\n" + excerpt + "\n";
    return invalidArgument(std::move(text), fieldOr(error, "remedy", std::string()));
}

bool hasText(const Workload& workload)
{
    return std::ranges::any_of(typeOf(workload).parameters, [&](const Parameter& parameter) {
        return parameter.written &&
               parameterOf(workload, parameter.name) != ParameterValue(parameter.fallback);
    });
}

/// "SQL or job as JSON"
std::string writtenTitles(const Workload& workload)
{
    std::string titles;
    for (const auto& parameter : typeOf(workload).parameters)
        if (parameter.written)
            titles += fmt::format("{}{}", titles.empty() ? "" : " or ", parameter.title);
    return titles;
}

/// One for each cell of the plan: what a program is compiled for stands in its text.
std::vector<JobEngine> enginesOf(const Plan& plan, const EngineRegistry& registry,
                                 const Workload& workload)
{
    std::vector<JobEngine> engines;
    // On a cluster there are no limits.
    const auto limits =
        plan.address ? std::vector<std::optional<Bytes>>{std::nullopt} : limitsOf(plan);
    for (const auto& choice : plan.engines) {
        const EngineInfo* engine = registry.find(choice.id);
        if (!engine || engine->manifest.family != EngineFamily::Python ||
            !engine->manifest.supports(workload.kind))
            continue;
        for (const auto& limit : limits)
            for (const int workers : workersOf(plan, engine->manifest.maxWorkers))
                engines.push_back({.id = choice.id,
                                   .profile = profileOf(choice, engine, workload),
                                   .workers = workers,
                                   .memory = managed(limit, engine->manifest)});
    }
    return engines;
}

/// The answer has a program for each engine that was asked about, in their order.
Result<std::map<JobEngine, JobProgram>> programsOf(const Json& answer,
                                                   const std::vector<JobEngine>& engines)
{
    const Json list = fieldOr(answer, "engines", Json::array());
    if (!list.is_array() || list.size() != engines.size())
        return badField("engines", fmt::format("{} programs", engines.size()));
    std::map<JobEngine, JobProgram> programs;
    for (std::size_t i = 0; i < engines.size(); ++i)
        programs[engines[i]] = programOf(list[i]);
    return programs;
}

} // namespace

std::string profileOf(const EngineChoice& choice, const EngineInfo* engine,
                      const Workload& workload)
{
    if (!choice.profile.empty()) return choice.profile;
    if (!engine) return "default";
    const EngineKind* kind = engine->manifest.findKind(workload.kind);
    // Of an engine that does not take the kind: its first of any.
    const auto profiles = kind ? kind->profiles : engine->manifest.profiles();
    return profiles.empty() ? "default" : profiles.front().id;
}

Result<PlannedJob> planJob(const EngineRegistry& registry, const Workload& workload,
                           const Dataset& dataset, const std::vector<JobEngine>& engines,
                           std::stop_token stop, WarmTools* warm)
{
    if (!hasText(workload))
        return invalidArgument(fmt::format("There is no {} yet.", typeOf(workload).title),
                               fmt::format("Write its {}.", writtenTitles(workload)));
    Json request{{"kind", workload.kind},
                 {"workload", toJson(workload)},
                 {"inputs", inputsJson(dataset)},
                 {"engines", Json::array()}};
    for (const auto& engine : engines)
        request["engines"].push_back(toJson(engine));
    const auto answer = warm ? warm->ask(registry, plannerTool(), request, std::move(stop))
                             : ask(registry, plannerTool(), request, std::move(stop));
    if (!answer) return answer.error();
    if (const auto error = answer->find("error"); error != answer->end()) return badJob(*error);
    PlannedJob job{
        .workload = workload, .steps = {}, .columns = columnsOf(*answer), .programs = {}};
    const auto parameters = fieldOr(*answer, "parameters", std::map<std::string, std::string>());
    for (const auto& [name, text] : parameters)
        if (auto set = setParameter(job.workload, name, text); !set) return set.error();
    for (const Json& step : fieldOr(*answer, "steps", Json::array()))
        job.steps.push_back({fieldOr(step, "place", std::string()),
                             fieldOr(step, "text", std::string()), columnsOf(step)});
    auto programs = programsOf(*answer, engines);
    if (!programs) return programs.error();
    job.programs = std::move(*programs);
    return job;
}

Result<JobPlans> JobPlans::make(Plan& plan, const EngineRegistry& registry, std::stop_token stop,
                                WarmTools* warm)
{
    JobPlans plans;
    for (auto& workload : plan.workloads) {
        if (!typeOf(workload).planned) continue;
        const auto parameterised = withParameters(workload, plan.parameters);
        if (!parameterised) return parameterised.error();
        const Workload& asked = *parameterised;
        for (std::size_t dataset = 0; dataset < plan.datasets.size(); ++dataset) {
            if (isNoData(plan.datasets[dataset])) continue; // other work's
            auto job = planJob(registry, asked, plan.datasets[dataset],
                               enginesOf(plan, registry, asked), stop, warm);
            if (!job) return job.error();
            if (dataset > 0 && identityOf(job->workload) != identityOf(workload))
                return invalidArgument(
                    fmt::format("{} and {} differ in the types of the columns that the {} reads.",
                                plan.datasets.front().name, plan.datasets[dataset].name,
                                typeOf(asked).title),
                    "Say the types (--column NAME=TYPE), or run on one at a time.");
            workload = job->workload;
            plans.jobs_.emplace(std::pair(dataset, identityOf(workload)), std::move(*job));
        }
    }
    return plans;
}

const PlannedJob* JobPlans::find(std::size_t dataset, const Workload& workload) const
{
    const auto found = jobs_.find(std::pair(dataset, identityOf(workload)));
    return found == jobs_.end() ? nullptr : &found->second;
}

std::optional<Error> JobPlans::refusal(std::size_t dataset, const Workload& workload,
                                       const EngineManifest& engine,
                                       const std::string& profile) const
{
    const PlannedJob* job = find(dataset, workload);
    if (!job) return std::nullopt;
    for (const auto& [made, program] : job->programs)
        if (made.id == engine.id && made.profile == profile && program.refusal)
            return makeError(ErrorCode::Unsupported,
                             fmt::format("{}: {}", engine.title, *program.refusal));
    return std::nullopt;
}

std::string JobPlans::programHash(std::size_t dataset, const Workload& workload,
                                  const EngineManifest& engine, const std::string& profile,
                                  int workers, std::optional<Bytes> limit) const
{
    const PlannedJob* job = find(dataset, workload);
    if (!job) return {};
    const auto program = job->programs.find({.id = engine.id,
                                             .profile = profile,
                                             .workers = workers,
                                             .memory = managed(limit, engine)});
    return program == job->programs.end() ? std::string() : program->second.hash;
}

} // namespace spillway
