#include "experiment/job_preview.h"

#include "base/json.h"
#include "host/python_tool.h"
#include "host/warm_tools.h"
#include "protocol/dataset_json.h"
#include "workloads/result_checker.h"
#include "workloads/workload_type.h"

namespace spillway {
namespace {

/// The engine's environment, with a program of the adapters that starts no run.
PythonTool previewTool(const EngineManifest& engine)
{
    PythonTool tool{engine, "which shows first rows"};
    tool.manifest.arguments = {"-I", "-m", "spillway_adapters.preview"};
    return tool;
}

Result<JobPreview> previewOf(const Json& answer, const std::string& engine)
{
    auto table = tableFromColumns(fieldOr(answer, "columns", Json::array()));
    if (!table) return table.error();
    JobPreview preview{.table = std::move(*table),
                       .more = fieldOr(answer, "more", false),
                       .tables = {},
                       .engine = engine + " " + fieldOr(answer, "version", std::string())};
    for (const Json& row : fieldOr(answer, "rows", Json::array()))
        if (auto added = appendRow(preview.table, row); !added) return added.error();
    for (const Json& sampled : fieldOr(answer, "tables", Json::array()))
        preview.tables.push_back({.name = fieldOr(sampled, "name", std::string()),
                                  .rows = fieldOr(sampled, "rows", std::int64_t(0)),
                                  .whole = fieldOr(sampled, "whole", false)});
    return preview;
}

} // namespace

const EngineInfo* previewEngine(const EngineRegistry& registry, const Workload& workload)
{
    const WorkloadType& type = typeOf(workload);
    const auto oracle = type.checker ? type.checker->oracle() : std::nullopt;
    return oracle ? registry.find(oracle->engine) : nullptr;
}

void prepareTools(const EngineRegistry& registry, const Workload& workload, WarmTools& warm)
{
    warm.prepare(registry, plannerTool());
    if (const EngineInfo* engine = previewEngine(registry, workload))
        warm.prepare(registry, previewTool(engine->manifest));
}

Result<JobPreview> previewJob(const EngineRegistry& registry, const PlannedJob& job,
                              const Dataset& dataset, std::optional<std::size_t> step,
                              std::stop_token stop, WarmTools* warm)
{
    const EngineInfo* engine = previewEngine(registry, job.workload);
    if (!engine) return makeError(ErrorCode::NotFound, "No engine shows first rows of this.");
    Json request{{"kind", job.workload.kind},
                 {"workload", toJson(job.workload)},
                 {"inputs", inputsJson(dataset)}};
    if (step) request["step"] = *step;
    const PythonTool tool = previewTool(engine->manifest);
    const auto answer = warm ? warm->ask(registry, tool, request, std::move(stop))
                             : ask(registry, tool, request, std::move(stop));
    if (!answer) return answer.error();
    const auto error = answer->find("error");
    if (error == answer->end()) return previewOf(*answer, engine->manifest.title);
    return makeError(ErrorCode::EngineFailed,
                     fieldOr(*error, "message", std::string("It does not say why.")),
                     fieldOr(*error, "remedy", std::string()));
}

} // namespace spillway
