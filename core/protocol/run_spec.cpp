#include "protocol/run_spec.h"

#include "base/json.h"
#include "protocol/event.h"

#include <fmt/format.h>

#include <array>

namespace spillway {
namespace {

std::string_view typeName(ColumnType type)
{
    switch (type) {
    case ColumnType::Integer:
        return "integer";
    case ColumnType::Real:
        return "real";
    case ColumnType::Text:
        return "text";
    }
    return "text";
}

Result<ColumnType> typeFromName(std::string_view name)
{
    if (name == "integer") return ColumnType::Integer;
    if (name == "real") return ColumnType::Real;
    if (name == "text") return ColumnType::Text;
    return badField("type", "integer, real or text");
}

/// A one-byte text, or an empty one for "none".
std::string charText(char c)
{
    return c == '\0' ? std::string() : std::string(1, c);
}

Result<char> charField(const Json& json, const char* name)
{
    auto text = field<std::string>(json, name);
    if (!text) return text.error();
    if (text->size() > 1) return badField(name, "one character");
    return text->empty() ? '\0' : text->front();
}

/// Fields that engines written for version 1's first form do not know are written only when not at
/// their default.
Json toJson(const Schema& schema)
{
    const CsvFormat& format = schema.format;
    const CsvFormat usual;
    Json columns = Json::array();
    for (const auto& column : schema.columns)
        columns.push_back({{"name", column.name}, {"type", typeName(column.type)}});
    Json json{{"delimiter", charText(format.delimiter)},
              {"quote", charText(format.quote)},
              {"header", format.header},
              {"columns", columns}};
    if (format.comment != usual.comment) json["comment"] = charText(format.comment);
    if (format.skipRows != usual.skipRows) json["skip_rows"] = format.skipRows;
    if (format.decimal != usual.decimal) json["decimal"] = charText(format.decimal);
    if (format.encoding != usual.encoding) json["encoding"] = name(format.encoding);
    if (format.missing) json["missing"] = *format.missing;
    return json;
}

/// The fields that may be absent.
Result<void> readDialect(const Json& json, CsvFormat& format)
{
    if (json.contains("comment")) {
        const auto comment = charField(json, "comment");
        if (!comment) return comment.error();
        format.comment = *comment;
    }
    if (json.contains("decimal")) {
        const auto decimal = charField(json, "decimal");
        if (!decimal) return decimal.error();
        format.decimal = *decimal;
    }
    const auto skipRows = optionalField<std::int64_t>(json, "skip_rows");
    if (!skipRows) return skipRows.error();
    format.skipRows = skipRows->value_or(format.skipRows);
    const auto encoding = optionalField<std::string>(json, "encoding");
    if (!encoding) return encoding.error();
    if (*encoding) {
        const auto known = encodingFromName(**encoding);
        if (!known) return badField("encoding", "utf-8, latin-1 or windows-1252");
        format.encoding = *known;
    }
    auto missing = optionalField<std::vector<std::string>>(json, "missing");
    if (!missing) return missing.error();
    format.missing = std::move(*missing);
    return {};
}

Result<Column> columnFromJson(const Json& json)
{
    auto columnName = field<std::string>(json, "name");
    if (!columnName) return columnName.error();
    const auto text = field<std::string>(json, "type");
    if (!text) return text.error();
    const auto type = typeFromName(*text);
    if (!type) return type.error();
    return Column{std::move(*columnName), *type};
}

Result<Schema> schemaFromJson(const Json& json)
{
    Schema schema;
    const auto delimiter = charField(json, "delimiter");
    if (!delimiter) return delimiter.error();
    schema.format.delimiter = *delimiter;
    const auto quote = charField(json, "quote");
    if (!quote) return quote.error();
    schema.format.quote = *quote;
    const auto header = field<bool>(json, "header");
    if (!header) return header.error();
    schema.format.header = *header;
    if (auto read = readDialect(json, schema.format); !read) return read.error();
    const auto columns = field<Json>(json, "columns");
    if (!columns) return columns.error();
    if (!columns->is_array()) return badField("columns", "an array");
    for (const auto& entry : *columns) {
        auto column = columnFromJson(entry);
        if (!column) return column.error();
        schema.columns.push_back(std::move(*column));
    }
    return schema;
}

} // namespace

std::vector<std::string> dialectOf(const Schema& schema)
{
    static constexpr std::array<const char*, 5> optional{"comment", "skip_rows", "decimal",
                                                         "encoding", "missing"};
    const Json json = toJson(schema);
    std::vector<std::string> used;
    for (const char* field : optional)
        if (json.contains(field)) used.emplace_back(field);
    return used;
}

Json toJson(const Dataset& dataset)
{
    Json paths = Json::array();
    for (const auto& path : dataset.paths)
        paths.push_back(path.string());
    return {{"name", dataset.name},
            {"paths", paths},
            {"schema", toJson(dataset.schema)},
            {"rows", orNull(dataset.rows)},
            {"bytes", dataset.bytes},
            {"fingerprint", dataset.fingerprint}};
}

Result<Dataset> datasetFromJson(const Json& json)
{
    Dataset dataset;
    dataset.name = fieldOr(json, "name", std::string());
    const auto paths = field<std::vector<std::string>>(json, "paths");
    if (!paths) return paths.error();
    dataset.paths.assign(paths->begin(), paths->end());
    const auto schemaJson = field<Json>(json, "schema");
    if (!schemaJson) return schemaJson.error();
    auto schema = schemaFromJson(*schemaJson);
    if (!schema) return schema.error();
    dataset.schema = std::move(*schema);
    const auto rows = optionalField<std::int64_t>(json, "rows");
    if (!rows) return rows.error();
    if (*rows && (**rows < 0 || **rows > maxCount))
        return badField("rows", "a whole number from 0 to 2^53");
    dataset.rows = *rows;
    dataset.bytes = fieldOr<Bytes>(json, "bytes", 0);
    if (dataset.bytes < 0 || dataset.bytes > maxCount)
        return badField("bytes", "a whole number from 0 to 2^53");
    dataset.fingerprint = fieldOr(json, "fingerprint", std::string());
    return dataset;
}

Result<void> RunSpec::validate() const
{
    const auto invalid = [](std::string message) { return invalidArgument(std::move(message)); };
    if (dataset.paths.empty()) return invalid("The dataset has no file.");
    if (workers < 1)
        return invalid(fmt::format("The number of workers must be at least 1, not {}.", workers));
    if (memoryLimit && *memoryLimit <= 0) return invalid("The memory limit must be above 0.");
    if (auto schema = dataset.schema.validate(); !schema) return schema;
    if (auto work = spillway::validate(workload); !work) return work;
    for (const auto& column : columnsOf(workload))
        if (!dataset.schema.find(column))
            return invalid(fmt::format("The dataset has no column \"{}\".", column));
    return {};
}

Json toJson(const RunSpec& spec)
{
    Json json{{"protocol", protocolVersion},
              {"run_id", spec.runId},
              {"dataset", toJson(spec.dataset)},
              {"workload", toJson(spec.workload)},
              {"workers", spec.workers},
              {"memory_limit", orNull(spec.memoryLimit)},
              {"scratch", spec.scratch.string()},
              {"seed", spec.seed},
              {"profile", spec.profile},
              {"address", orNull(spec.address)},
              {"memory_floor", orNull(spec.memoryFloor)}};
    if (const auto job = parseJson(spec.job)) json["job"] = *job;
    return json;
}

Result<RunSpec> runSpecFromJson(const Json& json)
{
    const auto version = field<int>(json, "protocol");
    if (!version) return version.error();
    if (*version != protocolVersion)
        return makeError(
            ErrorCode::Protocol,
            fmt::format("Protocol version {} is unknown; this program speaks version {}.", *version,
                        protocolVersion));
    RunSpec spec;
    spec.runId = fieldOr(json, "run_id", std::string());
    auto dataset = datasetFromJson(fieldOr(json, "dataset", Json()));
    if (!dataset) return dataset.error();
    spec.dataset = std::move(*dataset);
    auto workload = workloadFromJson(fieldOr(json, "workload", Json()));
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
