#include "protocol/run_record.h"

#include "base/json.h"

#include <algorithm>
#include <array>

namespace spillway {
namespace {

constexpr std::array<std::pair<RunStatus, std::string_view>, 9> statusNames{
    {{RunStatus::Ok, "ok"},
     {RunStatus::Failed, "failed"},
     {RunStatus::OutOfMemory, "out-of-memory"},
     {RunStatus::MemoryLimit, "memory-limit"},
     {RunStatus::TimedOut, "timed-out"},
     {RunStatus::Cancelled, "cancelled"},
     {RunStatus::WrongResult, "wrong-result"},
     {RunStatus::Unsupported, "unsupported"},
     {RunStatus::Skipped, "skipped"}}};
constexpr std::array<std::pair<CacheState, std::string_view>, 3> cacheNames{
    {{CacheState::Warm, "warm"}, {CacheState::Cold, "cold"}, {CacheState::AsIs, "as-is"}}};

Json toJson(const Error& error)
{
    return {{"code", name(error.code)},
            {"message", error.message},
            {"phase", error.phase},
            {"remedy", error.remedy}};
}

Error errorFromJson(const Json& json)
{
    return {.code = errorCodeFromName(fieldOr(json, "code", std::string())),
            .message = fieldOr(json, "message", std::string()),
            .phase = fieldOr(json, "phase", std::string()),
            .remedy = fieldOr(json, "remedy", std::string())};
}

/// CSV, which versions before formats know, is not written.
void addFormat(FileFormat format, Json& json)
{
    if (format != FileFormat::Csv) json["format"] = name(format);
}

Json toJson(const CellKey& cell)
{
    Json json{{"dataset", cell.dataset},   {"workload", cell.workload},
              {"engine", cell.engine},     {"profile", cell.profile},
              {"workers", cell.workers},   {"memory_limit", orNull(cell.memoryLimit)},
              {"cache", name(cell.cache)}, {"address", cell.address}};
    addFormat(cell.format, json);
    return json;
}

Result<CellKey> cellFromJson(const Json& json)
{
    CellKey cell;
    auto engine = field<std::string>(json, "engine");
    if (!engine) return engine.error();
    cell.engine = std::move(*engine);
    const auto workers = field<int>(json, "workers");
    if (!workers) return workers.error();
    cell.workers = *workers;
    cell.dataset = fieldOr(json, "dataset", std::string());
    cell.workload = identityOf(fieldOr(json, "workload", std::string()));
    cell.profile = fieldOr(json, "profile", std::string("default"));
    if (const auto limit = field<Bytes>(json, "memory_limit")) cell.memoryLimit = *limit;
    const auto cache = cacheStateFromName(fieldOr(json, "cache", std::string("warm")));
    if (!cache) return cache.error();
    cell.cache = *cache;
    cell.address = fieldOr(json, "address", std::string());
    if (fieldOr(json, "format", std::string()) == name(FileFormat::Parquet))
        cell.format = FileFormat::Parquet;
    return cell;
}

Json phaseTotals(const RunRecord& record)
{
    std::map<std::string, double> totals;
    for (const auto& span : record.phases)
        totals[span.name] += (span.end - span.begin).count();
    return totals;
}

Json toJson(const std::vector<PhaseSpan>& phases)
{
    Json spans = Json::array();
    for (const auto& span : phases)
        spans.push_back({span.name, span.begin.count(), span.end.count()});
    return spans;
}

std::vector<PhaseSpan> phasesFromJson(const Json& json)
{
    std::vector<PhaseSpan> phases;
    for (const auto& entry : json)
        if (entry.is_array() && entry.size() == 3 && entry[0].is_string() && entry[1].is_number() &&
            entry[2].is_number())
            phases.push_back({entry[0].get<std::string>(), Seconds(entry[1].get<double>()),
                              Seconds(entry[2].get<double>())});
    return phases;
}

template <class T>
std::optional<T> optionalOf(const Json& json, const char* name)
{
    const auto value = field<T>(json, name);
    return value ? std::optional<T>(*value) : std::nullopt;
}

void readTimes(const Json& json, RunRecord& record)
{
    record.startedAt = fieldOr(json, "started_at", std::string());
    if (const auto timeout = field<double>(json, "timeout_seconds"))
        record.timeout = Seconds(*timeout);
    record.setupSeconds = optionalOf<double>(json, "setup_seconds");
    record.seconds = optionalOf<double>(json, "seconds");
    record.wallSeconds = fieldOr(json, "wall_seconds", 0.0);
    if (const auto go = field<double>(json, "go_at")) record.goAt = Seconds(*go);
    record.phases = phasesFromJson(fieldOr(json, "phase_spans", Json::array()));
    if (json.contains("residency") && json["residency"].is_object())
        record.residency = Residency{fieldOr(json["residency"], "at_go", 0.0),
                                     optionalOf<double>(json["residency"], "at_done")};
}

Json toJson(const AtRest& rest)
{
    return {
        {"start_seconds", rest.startSeconds}, {"processes", rest.processes}, {"bytes", rest.bytes}};
}

std::optional<AtRest> atRestFromJson(const Json& json)
{
    const auto seconds = field<double>(json, "start_seconds");
    const auto processes = field<int>(json, "processes");
    const auto bytes = field<Bytes>(json, "bytes");
    if (!seconds || !processes || !bytes) return std::nullopt;
    if (*seconds < 0 || *processes < 1 || *bytes < 0) return std::nullopt;
    return AtRest{*seconds, *processes, *bytes};
}

void readUsage(const Json& json, RunRecord& record)
{
    if (const auto made = json.find("installation"); made != json.end())
        record.installation = installationFromJson(*made);
    if (const auto rest = json.find("at_rest"); rest != json.end())
        record.atRest = atRestFromJson(*rest);
    record.peakBytes = optionalOf<Bytes>(json, "peak_bytes");
    record.peakFileBytes = fieldOr<Bytes>(json, "peak_file_bytes", 0);
    record.hwmSumBytes = fieldOr<Bytes>(json, "hwm_sum_bytes", 0);
    record.rssDelta = optionalOf<Bytes>(json, "rss_delta_bytes");
    record.balance = optionalOf<double>(json, "balance");
    record.spilledBytes = fieldOr<Bytes>(json, "spilled_bytes", 0);
    record.restoredBytes = fieldOr<Bytes>(json, "restored_bytes", 0);
    record.diskReadBytes = fieldOr<Bytes>(json, "disk_read_bytes", 0);
    record.diskWrittenBytes = fieldOr<Bytes>(json, "disk_written_bytes", 0);
    record.userSeconds = fieldOr(json, "user_seconds", 0.0);
    record.systemSeconds = fieldOr(json, "system_seconds", 0.0);
    record.contextSwitches = fieldOr<std::int64_t>(json, "context_switches", 0);
    record.maxProcesses = fieldOr(json, "max_processes", 0);
    record.maxThreads = fieldOr(json, "max_threads", 0);
    record.hostCpuSeconds = fieldOr(json, "host_cpu_seconds", 0.0);
    record.enforcement = fieldOr(json, "enforcement", std::string());
}

/// Identity, outcome and versions; the rest is read by readTimes and readUsage.
Result<RunRecord> readIdentity(const Json& json)
{
    RunRecord record;
    record.id = fieldOr<std::int64_t>(json, "run", 0);
    record.planId = fieldOr<std::int64_t>(json, "plan", 0);
    record.repeat = fieldOr(json, "repeat", 0);
    record.warmup = fieldOr(json, "warmup", false);
    record.round = fieldOr(json, "round", 0);
    auto cell = cellFromJson(fieldOr(json, "cell", Json()));
    if (!cell) return cell.error();
    record.cell = std::move(*cell);
    record.dataHash = fieldOr(json, "data_hash", std::string());
    record.machine = fieldOr(json, "machine", std::string());
    record.datasetName = fieldOr(json, "dataset", std::string());
    auto workload = workloadFromJson(fieldOr(json, "workload_spec", Json()));
    if (!workload) return workload.error();
    record.workload = std::move(*workload);
    const auto status = runStatusFromName(fieldOr(json, "status", std::string()));
    if (!status) return status.error();
    record.status = *status;
    if (json.contains("error") && json["error"].is_object())
        record.error = errorFromJson(json["error"]);
    return record;
}

} // namespace

std::string_view name(RunStatus status)
{
    return statusNames[static_cast<std::size_t>(status)].second;
}

Result<RunStatus> runStatusFromName(std::string_view text)
{
    for (const auto& [status, statusName] : statusNames)
        if (statusName == text) return status;
    return badField("status", "a run's status");
}

std::string_view name(CacheState state)
{
    return cacheNames[static_cast<std::size_t>(state)].second;
}

Result<CacheState> cacheStateFromName(std::string_view text)
{
    for (const auto& [state, stateName] : cacheNames)
        if (stateName == text) return state;
    return invalidArgument("\"" + std::string(text) + "\" is not a cache state.",
                           "Choose warm, cold or as-is.");
}

Json toJson(const Installation& installation)
{
    return {{"packages", installation.packages},
            {"bytes", installation.bytes},
            {"seconds", orNull(installation.seconds)},
            {"new_bytes", orNull(installation.newBytes)}};
}

std::optional<Installation> installationFromJson(const Json& json)
{
    const auto packages = field<int>(json, "packages");
    const auto bytes = field<Bytes>(json, "bytes");
    if (!packages || !bytes || *packages < 0 || *bytes < 0) return std::nullopt;
    Installation made{.packages = *packages, .bytes = *bytes, .seconds = {}, .newBytes = {}};
    const auto seconds = optionalOf<double>(json, "seconds");
    const auto fresh = optionalOf<Bytes>(json, "new_bytes");
    if (seconds && *seconds >= 0) made.seconds = seconds;
    if (fresh && *fresh >= 0) made.newBytes = fresh;
    return made;
}

std::map<std::string, double> measuresOf(const RunRecord& record)
{
    if (!record.result) return {};
    auto measures = record.result->measures;
    if (record.balance) measures.emplace("balance", *record.balance);
    return measures;
}

std::optional<double> measureOf(const RunRecord& record, const std::string& measure)
{
    const auto measures = measuresOf(record);
    const auto found = measures.find(measure);
    return found == measures.end() ? std::nullopt : std::optional(found->second);
}

Json toJson(const RunRecord& record)
{
    Json json{{"schema", 1},
              {"run", record.id},
              {"dataset", record.datasetName},
              {"workload", record.workload.kind},
              {"engine", record.cell.engine},
              {"profile", record.cell.profile},
              {"engine_version", record.engineVersion},
              {"workers", record.cell.workers},
              {"repeat", record.repeat},
              {"warmup", record.warmup},
              {"status", name(record.status)},
              {"setup_seconds", orNull(record.setupSeconds)},
              {"seconds", orNull(record.seconds)},
              {"phases", phaseTotals(record)},
              {"peak_bytes", orNull(record.peakBytes)},
              {"hwm_sum_bytes", record.hwmSumBytes},
              {"spilled_bytes", record.spilledBytes},
              {"memory_limit", orNull(record.cell.memoryLimit)},
              {"enforcement", record.enforcement},
              {"cache", name(record.cell.cache)},
              {"disk_read_bytes", record.diskReadBytes},
              {"rows", record.rows},
              {"flags", record.flags}};
    if (record.residency)
        json["residency"] = {{"at_go", record.residency->atGo},
                             {"at_done", orNull(record.residency->atDone)}};
    if (record.result) json["result"] = toJson(*record.result);
    if (record.error) json["error"] = toJson(*record.error);
    if (record.excluded) json["excluded"] = *record.excluded;
    return json;
}

Json toFullJson(const RunRecord& record)
{
    Json json = toJson(record);
    json.erase("excluded"); // not the run's own fact
    json.update({{"plan", record.planId},
                 {"round", record.round},
                 {"data_hash", record.dataHash},
                 {"machine", record.machine},
                 {"cell", toJson(record.cell)},
                 {"workload_spec", toJson(record.workload)},
                 {"libraries", record.libraries},
                 {"settings", record.settings},
                 {"started_at", record.startedAt},
                 {"timeout_seconds", record.timeout ? Json(record.timeout->count()) : Json()},
                 {"wall_seconds", record.wallSeconds},
                 {"go_at", record.goAt ? Json(record.goAt->count()) : Json()},
                 {"phase_spans", toJson(record.phases)},
                 {"peak_file_bytes", record.peakFileBytes},
                 {"rss_delta_bytes", orNull(record.rssDelta)},
                 {"balance", orNull(record.balance)},
                 {"restored_bytes", record.restoredBytes},
                 {"disk_written_bytes", record.diskWrittenBytes},
                 {"user_seconds", record.userSeconds},
                 {"system_seconds", record.systemSeconds},
                 {"context_switches", record.contextSwitches},
                 {"max_processes", record.maxProcesses},
                 {"max_threads", record.maxThreads},
                 {"host_cpu_seconds", record.hostCpuSeconds},
                 {"stderr", record.stderrTail}});
    if (record.installation) json["installation"] = toJson(*record.installation);
    if (record.atRest) json["at_rest"] = toJson(*record.atRest);
    return json;
}

Result<RunRecord> fullRecordFromJson(const Json& json)
{
    auto record = readIdentity(json);
    if (!record) return record;
    readTimes(json, *record);
    readUsage(json, *record);
    record->engineVersion = fieldOr(json, "engine_version", std::string());
    record->libraries = fieldOr(json, "libraries", std::map<std::string, std::string>());
    record->settings = fieldOr(json, "settings", std::map<std::string, std::string>());
    // Before memory was measured on a cluster's nodes this was the cluster's own figure.
    if (record->enforcement == "cluster" && !record->settings.contains(memoryByNode))
        record->peakBytes.reset();
    record->rows = fieldOr<std::int64_t>(json, "rows", 0);
    record->flags = fieldOr(json, "flags", std::vector<std::string>());
    record->stderrTail = fieldOr(json, "stderr", std::string());
    if (json.contains("result")) {
        auto result = runResultFromJson(json["result"]);
        if (!result) return result.error();
        record->result = std::move(*result);
    }
    return record;
}

} // namespace spillway
