#include "protocol/run_spec.h"

#include "base/json.h"
#include "protocol/dataset_json.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

namespace spillway {
namespace {

/// The workload, from version 2's kind, columns and parameters.
Result<Workload> workloadOfVersion2(const Json& json)
{
    Json fields = fieldOr(json, "parameters", Json::object());
    if (!fields.is_object()) return badField("parameters", "an object");
    const Json columns = fieldOr(json, "columns", Json::object());
    if (!columns.is_object()) return badField("columns", "an object");
    fields.update(columns);
    fields["kind"] = fieldOr(json, "kind", std::string());
    return workloadFromJson(fields);
}

/// Parameters and columns apart.
void addWorkload(const Workload& workload, Json& spec)
{
    Json fields = toJson(workload);
    spec["kind"] = workload.kind;
    spec["columns"] = Json::object();
    for (const ColumnRole& role : typeOf(workload).roles) {
        spec["columns"][role.name] = std::move(fields[role.name]);
        fields.erase(role.name);
    }
    fields.erase("kind");
    spec["parameters"] = std::move(fields);
}

} // namespace

Result<void> RunSpec::validate() const
{
    const auto invalid = [](std::string message) { return invalidArgument(std::move(message)); };
    const bool takesData = typeOf(workload).takesData;
    if (takesData && isNoData(dataset)) return invalid("The dataset has no file.");
    if (!takesData && !isNoData(dataset))
        return invalid(fmt::format("A run of the kind \"{}\" reads no data.", workload.kind));
    if (workers < 1)
        return invalid(fmt::format("The number of workers must be at least 1, not {}.", workers));
    if (memoryLimit && *memoryLimit <= 0) return invalid("The memory limit must be above 0.");
    if (auto schema = dataset.schema.validate(); takesData && !schema) return schema;
    if (auto work = spillway::validate(workload); !work) return work;
    for (const auto& column : columnsOf(workload))
        if (!dataset.schema.find(column))
            return invalid(fmt::format("The dataset has no column \"{}\".", column));
    return {};
}

Json toJson(const RunSpec& spec, int version)
{
    Json json{{"protocol", version},
              {"run_id", spec.runId},
              {"workers", spec.workers},
              {"memory_limit", orNull(spec.memoryLimit)},
              {"scratch", spec.scratch.string()},
              {"seed", spec.seed},
              {"profile", spec.profile},
              {"address", orNull(spec.address)},
              {"memory_floor", orNull(spec.memoryFloor)}};
    if (version == firstProtocolVersion) {
        json["dataset"] = toJson(spec.dataset);
        json["workload"] = toJson(spec.workload);
    } else {
        json["inputs"] = inputsJson(spec.dataset);
        addWorkload(spec.workload, json);
    }
    if (const auto job = parseJson(spec.job)) json["job"] = *job;
    return json;
}

Result<RunSpec> runSpecFromJson(const Json& json)
{
    const auto version = field<int>(json, "protocol");
    if (!version) return version.error();
    if (*version < firstProtocolVersion || *version > protocolVersion)
        return makeError(
            ErrorCode::Protocol,
            fmt::format("Protocol version {} is unknown; this program speaks {} and {}.", *version,
                        firstProtocolVersion, protocolVersion));
    const bool first = *version == firstProtocolVersion;
    RunSpec spec;
    spec.runId = fieldOr(json, "run_id", std::string());
    auto dataset = first ? datasetFromJson(fieldOr(json, "dataset", Json()))
                         : datasetFromInputs(fieldOr(json, "inputs", Json()));
    if (!dataset) return dataset.error();
    spec.dataset = std::move(*dataset);
    auto workload =
        first ? workloadFromJson(fieldOr(json, "workload", Json())) : workloadOfVersion2(json);
    if (!workload) return workload.error();
    spec.workload = std::move(*workload);
    const auto workers = field<int>(json, "workers");
    if (!workers) return workers.error();
    spec.workers = *workers;
    const auto limit = optionalField<Bytes>(json, "memory_limit");
    if (!limit) return limit.error();
    spec.memoryLimit = *limit;
    const auto floor = optionalField<Bytes>(json, "memory_floor");
    if (!floor) return floor.error();
    spec.memoryFloor = *floor;
    spec.scratch = fieldOr(json, "scratch", std::string());
    spec.seed = fieldOr<std::uint64_t>(json, "seed", 1);
    spec.profile = fieldOr(json, "profile", std::string("default"));
    auto address = optionalField<std::string>(json, "address");
    if (!address) return address.error();
    spec.address = std::move(*address);
    if (const auto job = json.find("job"); job != json.end()) {
        if (!job->is_object()) return badField("job", "an object");
        spec.job = toLine(*job);
    }
    return spec;
}

} // namespace spillway
