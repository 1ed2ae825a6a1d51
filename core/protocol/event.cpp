#include "protocol/event.h"

#include "base/json.h"

#include <fmt/format.h>

#include <cmath>

namespace spillway {
namespace {

template <class T>
void setIf(Json& json, const char* name, const std::optional<T>& value)
{
    if (value) json[name] = *value;
}

void write(Json& json, const HelloEvent& event)
{
    json["engine"] = event.engine;
    json["version"] = event.version;
    json["libraries"] = event.libraries;
    json["pid"] = event.pid;
}

void write(Json& json, const ReadyEvent& event)
{
    json["settings"] = event.settings;
}

void write(Json& json, const PhaseEvent& event)
{
    json["name"] = event.name;
    json["state"] = event.begin ? "begin" : "end";
}

void write(Json& json, const ProgressEvent& event)
{
    json["done"] = event.done;
    setIf(json, "total", event.total);
    json["unit"] = event.unit;
}

/// States of objects: the name of their bytes, that of their number, and where they are.
struct ObjectField {
    const char* bytes;
    const char* number;
    ObjectAmount ObjectStates::*state;
};
constexpr ObjectField objectFields[] = {
    {"in_use", "in_use_objects", &ObjectStates::inUse},
    {"pinned", "pinned_objects", &ObjectStates::pinned},
    {"evictable", "evictable_objects", &ObjectStates::evictable},
    {"spilled", "spilled_objects", &ObjectStates::spilled}};

void write(Json& json, const CountersEvent& event)
{
    setIf(json, "rows", event.rows);
    setIf(json, "bytes_read", event.bytesRead);
    setIf(json, "spilled_bytes", event.spilledBytes);
    setIf(json, "restored_bytes", event.restoredBytes);
    setIf(json, "store_bytes", event.storeBytes);
    setIf(json, "tasks", event.tasks);
    setIf(json, "queued", event.queued);
    setIf(json, "re_executed", event.reExecuted);
    if (event.objects) {
        auto& objects = json["objects"];
        for (const ObjectField& field : objectFields) {
            const ObjectAmount& amount = *event.objects.*field.state;
            objects[field.bytes] = amount.bytes;
            objects[field.number] = amount.objects;
        }
    }
    if (event.nodeMemory) json["node_memory"] = Json(*event.nodeMemory);
}

void write(Json& json, const TasksEvent& event)
{
    Json spans = Json::array();
    for (const auto& span : event.spans) {
        Json entry{span.worker, span.kind, span.begin.count(), span.end.count()};
        if (!span.thread.empty()) entry[0] = span.thread;
        if (span.cpu) entry.push_back(span.cpu->count());
        spans.push_back(std::move(entry));
    }
    json["spans"] = std::move(spans);
    setIf(json, "sampled", event.sampled);
}

void write(Json& json, const SeriesEvent& event)
{
    json["name"] = event.name;
    json["points"] = event.points;
}

void write(Json& json, const LogEvent& event)
{
    json["level"] = event.level;
    json["message"] = event.message;
}

void write(Json& json, const ServingEvent& event)
{
    json["url"] = event.url;
    json["replicas"] = event.replicas;
}

void write(Json&, const DoneEvent&) {}

void write(Json& json, const ResultEvent& event)
{
    json["result"] = toJson(event.result);
    json["timings"] = event.timings;
}

void write(Json& json, const ErrorEvent& event)
{
    json["code"] = name(event.error.code);
    json["message"] = event.error.message;
    json["phase"] = event.error.phase;
    if (!event.error.remedy.empty()) json["remedy"] = event.error.remedy;
}

void write(Json&, const ByeEvent&) {}

/// Settings are shown, not computed with: numbers and truth values become text.
std::map<std::string, std::string> textMap(const Json& json)
{
    std::map<std::string, std::string> map;
    if (!json.is_object()) return map;
    for (const auto& [key, value] : json.items())
        map[key] = value.is_string() ? value.get<std::string>() : toLine(value);
    return map;
}

Result<EventBody> readHello(const Json& json)
{
    auto engine = field<std::string>(json, "engine");
    if (!engine) return engine.error();
    return EventBody(HelloEvent{std::move(*engine), fieldOr(json, "version", std::string()),
                                textMap(fieldOr(json, "libraries", Json::object())),
                                fieldOr<std::int64_t>(json, "pid", 0)});
}

Result<EventBody> readReady(const Json& json)
{
    return EventBody(ReadyEvent{textMap(fieldOr(json, "settings", Json::object()))});
}

Result<EventBody> readPhase(const Json& json)
{
    auto phase = field<std::string>(json, "name");
    if (!phase) return phase.error();
    const auto state = field<std::string>(json, "state");
    if (!state) return state.error();
    if (*state != "begin" && *state != "end") return badField("state", "\"begin\" or \"end\"");
    return EventBody(PhaseEvent{std::move(*phase), *state == "begin"});
}

Result<EventBody> readProgress(const Json& json)
{
    const auto done = field<std::int64_t>(json, "done");
    if (!done) return done.error();
    const auto total = optionalField<std::int64_t>(json, "total");
    if (!total) return total.error();
    return EventBody(ProgressEvent{*done, *total, fieldOr(json, "unit", std::string())});
}

Result<ObjectStates> readObjects(const Json& json)
{
    ObjectStates objects;
    for (const ObjectField& known : objectFields) {
        const auto bytes = field<Bytes>(json, known.bytes);
        if (!bytes) return bytes.error();
        const auto number = fieldOr<std::int64_t>(json, known.number, 0);
        objects.*known.state = {.objects = number, .bytes = *bytes};
    }
    return objects;
}

Result<std::map<std::string, Bytes>> readNodes(const Json& json)
{
    if (!json.is_object() || json.size() > maxNodes)
        return badField("node_memory", fmt::format("an object of at most {} nodes", maxNodes));
    std::map<std::string, Bytes> nodes;
    for (const auto& [node, value] : json.items()) {
        const auto bytes = field<Bytes>(json, node.c_str());
        if (!bytes || *bytes < 0 || node.size() > maxNodeName)
            return badField(
                "node_memory",
                fmt::format("bytes of nodes whose names have at most {} bytes", maxNodeName));
        nodes[node] = *bytes;
    }
    return nodes;
}

Result<EventBody> readCounters(const Json& json)
{
    CountersEvent event;
    const auto read = [&](const char* name, std::optional<std::int64_t>& target) -> Result<void> {
        auto value = optionalField<std::int64_t>(json, name);
        if (!value) return value.error();
        target = *value;
        return {};
    };
    const std::pair<const char*, std::optional<std::int64_t>*> fields[] = {
        {"rows", &event.rows},
        {"bytes_read", &event.bytesRead},
        {"spilled_bytes", &event.spilledBytes},
        {"restored_bytes", &event.restoredBytes},
        {"store_bytes", &event.storeBytes},
        {"tasks", &event.tasks},
        {"queued", &event.queued},
        {"re_executed", &event.reExecuted}};
    for (const auto& [name, target] : fields)
        if (auto outcome = read(name, *target); !outcome) return outcome.error();
    if (const auto found = json.find("objects"); found != json.end() && !found->is_null()) {
        auto objects = readObjects(*found);
        if (!objects) return objects.error();
        event.objects = *objects;
    }
    if (const auto found = json.find("node_memory"); found != json.end() && !found->is_null()) {
        auto nodes = readNodes(*found);
        if (!nodes) return nodes.error();
        event.nodeMemory = std::move(*nodes);
    }
    return EventBody(event);
}

Result<TaskSpan> readSpan(const Json& json)
{
    const bool named = json.is_array() && !json.empty() && json[0].is_string();
    if (!json.is_array() || json.size() < 4 || json.size() > 5 ||
        !(named || json[0].is_number_integer()) || !json[1].is_string() || !json[2].is_number() ||
        !json[3].is_number())
        return badField("spans", "arrays of worker, kind, begin, end and maybe processor seconds");
    TaskSpan span{.kind = json[1].get<std::string>(),
                  .begin = Seconds(json[2].get<double>()),
                  .end = Seconds(json[3].get<double>()),
                  .cpu = {},
                  .thread = named ? json[0].get<std::string>() : std::string()};
    if (!named) {
        const auto worker = json[0].get<std::int64_t>();
        if (worker < 0 || worker > 1'000'000) return badField("spans", "workers from 0");
        span.worker = static_cast<std::int32_t>(worker);
    }
    if (json.size() < 5 || json[4].is_null()) return span;
    if (!json[4].is_number() ||
        !(json[4].get<double>() >= 0 && json[4].get<double>() <= maxSeconds))
        return badField("spans", "processor seconds from 0");
    span.cpu = Seconds(json[4].get<double>());
    return span;
}

/// A null in place of a number, as infinities are written, leaves the point out.
Result<EventBody> readSeries(const Json& json)
{
    auto name = field<std::string>(json, "name");
    if (!name) return name.error();
    const auto found = json.find("points");
    if (found == json.end() || !found->is_array()) return badField("points", "an array");
    if (found->size() > maxSeriesPoints)
        return badField("points", fmt::format("at most {} points", maxSeriesPoints));
    SeriesEvent event{std::move(*name), {}};
    for (const auto& point : *found) {
        const bool pair = point.is_array() && point.size() == 2;
        if (!pair || !(point[0].is_number() || point[0].is_null()) ||
            !(point[1].is_number() || point[1].is_null()))
            return badField("points", "pairs of numbers");
        if (point[0].is_null() || point[1].is_null()) continue;
        const auto [x, y] = std::pair(point[0].get<double>(), point[1].get<double>());
        if (!(x >= 0 && x <= maxSeconds && std::abs(y) <= maxPointValue))
            return badField("points", fmt::format("seconds from 0 to {}, and values up to {}",
                                                  maxSeconds, maxPointValue));
        event.points.emplace_back(x, y);
    }
    return EventBody(std::move(event));
}

Result<EventBody> readTasks(const Json& json)
{
    const auto found = json.find("spans");
    if (found == json.end() || !found->is_array()) return badField("spans", "an array");
    if (found->size() > maxTaskSpans)
        return badField("spans", fmt::format("at most {} spans", maxTaskSpans));
    TasksEvent event;
    for (const auto& entry : *found) {
        auto span = readSpan(entry);
        if (!span) return span.error();
        event.spans.push_back(std::move(*span));
    }
    const auto sampled = optionalField<double>(json, "sampled");
    if (!sampled) return sampled.error();
    event.sampled = *sampled;
    return EventBody(std::move(event));
}

Result<EventBody> readLog(const Json& json)
{
    auto message = field<std::string>(json, "message");
    if (!message) return message.error();
    return EventBody(LogEvent{fieldOr(json, "level", std::string("info")), std::move(*message)});
}

Result<EventBody> readServing(const Json& json)
{
    auto url = field<std::string>(json, "url");
    if (!url) return url.error();
    auto replicas = field<std::vector<std::int64_t>>(json, "replicas");
    if (!replicas) return replicas.error();
    return EventBody(ServingEvent{std::move(*url), std::move(*replicas)});
}

Result<EventBody> readResult(const Json& json)
{
    auto result = runResultFromJson(fieldOr(json, "result", Json()));
    if (!result) return result.error();
    ResultEvent event{std::move(*result), {}};
    const auto timings = fieldOr(json, "timings", Json::object());
    if (timings.is_object())
        for (const auto& [key, value] : timings.items())
            if (value.is_number()) event.timings[key] = value.get<double>();
    return EventBody(std::move(event));
}

Result<EventBody> readError(const Json& json)
{
    const auto code = field<std::string>(json, "code");
    if (!code) return code.error();
    auto message = field<std::string>(json, "message");
    if (!message) return message.error();
    return EventBody(ErrorEvent{{.code = errorCodeFromName(*code),
                                 .message = std::move(*message),
                                 .phase = fieldOr(json, "phase", std::string()),
                                 .remedy = fieldOr(json, "remedy", std::string())}});
}

struct EventKind {
    std::string_view name;
    Result<EventBody> (*read)(const Json&);
};

/// In the order of EventBody's alternatives.
constexpr EventKind kinds[] = {
    {"hello", readHello},
    {"ready", readReady},
    {"phase", readPhase},
    {"progress", readProgress},
    {"counters", readCounters},
    {"tasks", readTasks},
    {"series", readSeries},
    {"log", readLog},
    {"serving", readServing},
    {"done", [](const Json&) -> Result<EventBody> { return EventBody(DoneEvent{}); }},
    {"result", readResult},
    {"error", readError},
    {"bye", [](const Json&) -> Result<EventBody> { return EventBody(ByeEvent{}); }},
};
static_assert(std::size(kinds) == std::variant_size_v<EventBody>);

} // namespace

std::string_view typeName(const Event& event)
{
    return kinds[event.body.index()].name;
}

std::string eventLine(const Event& event)
{
    Json json{{"type", typeName(event)}, {"t", event.t.count()}};
    std::visit([&](const auto& body) { write(json, body); }, event.body);
    return toLine(json);
}

Result<Event> eventFromLine(std::string_view line)
{
    if (line.size() > maxEventLine)
        return makeError(
            ErrorCode::Protocol,
            fmt::format("A line of {} bytes; at most {} are allowed.", line.size(), maxEventLine));
    const auto json = parseJson(line, 12);
    if (!json) return json.error();
    const auto type = field<std::string>(*json, "type");
    if (!type) return type.error();
    const auto t = field<double>(*json, "t");
    if (!t) return t.error();
    if (!std::isfinite(*t)) return badField("t", "a finite time");
    for (const auto& kind : kinds) {
        if (kind.name != *type) continue;
        auto body = kind.read(*json);
        if (!body) return body.error();
        return Event{Seconds(*t), std::move(*body)};
    }
    return badField("type", "a known event");
}

} // namespace spillway
