#include "protocol/dataset_json.h"

#include "base/json.h"
#include "data/table_set.h"
#include "protocol/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace spillway {
namespace {

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

Json columnsJson(const Schema& schema)
{
    Json columns = Json::array();
    for (const auto& column : schema.columns)
        columns.push_back({{"name", column.name}, {"type", name(column.type)}});
    return columns;
}

/// Fields that engines written for version 1's first form do not know are written only when not at
/// their default.
Json toJson(const CsvFormat& format)
{
    const CsvFormat usual;
    Json json{{"delimiter", charText(format.delimiter)},
              {"quote", charText(format.quote)},
              {"header", format.header}};
    if (format.comment != usual.comment) json["comment"] = charText(format.comment);
    if (format.skipRows != usual.skipRows) json["skip_rows"] = format.skipRows;
    if (format.decimal != usual.decimal) json["decimal"] = charText(format.decimal);
    if (format.encoding != usual.encoding) json["encoding"] = name(format.encoding);
    if (format.missing) json["missing"] = *format.missing;
    return json;
}

Json toJson(const Schema& schema)
{
    Json json = Json::object();
    if (schema.files == FileFormat::Csv)
        json = toJson(schema.format);
    else
        json = {{"files", name(schema.files)}, {"folders", schema.folders}};
    json["columns"] = columnsJson(schema);
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
    const auto type = columnTypeFromName(*text);
    if (!type) return badField("type", "integer, real, text, boolean, date or timestamp");
    return Column{std::move(*columnName), *type};
}

Result<CsvFormat> csvFormatFromJson(const Json& json)
{
    CsvFormat format;
    const auto delimiter = charField(json, "delimiter");
    if (!delimiter) return delimiter.error();
    format.delimiter = *delimiter;
    const auto quote = charField(json, "quote");
    if (!quote) return quote.error();
    format.quote = *quote;
    const auto header = field<bool>(json, "header");
    if (!header) return header.error();
    format.header = *header;
    if (auto read = readDialect(json, format); !read) return read.error();
    return format;
}

Result<Schema> schemaFromJson(const Json& json)
{
    Schema schema;
    const auto files = fieldOr(json, "files", std::string(name(FileFormat::Csv)));
    if (files == name(FileFormat::Parquet)) {
        schema.files = FileFormat::Parquet;
        auto folders = optionalField<std::vector<std::string>>(json, "folders");
        if (!folders) return folders.error();
        if (*folders) schema.folders = std::move(**folders);
    } else if (files == name(FileFormat::Csv)) {
        auto format = csvFormatFromJson(json);
        if (!format) return format.error();
        schema.format = std::move(*format);
    } else {
        return badField("files", "csv or parquet");
    }
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

Result<void> readSizes(const Json& json, std::optional<std::int64_t>& rows, Bytes& bytes)
{
    const auto known = optionalField<std::int64_t>(json, "rows");
    if (!known) return known.error();
    if (*known && (**known < 0 || **known > maxCount))
        return badField("rows", "a whole number from 0 to 2^53");
    rows = *known;
    bytes = fieldOr<Bytes>(json, "bytes", 0);
    if (bytes < 0 || bytes > maxCount) return badField("bytes", "a whole number from 0 to 2^53");
    return {};
}

Result<DataTable> tableFromJson(const Json& json)
{
    DataTable table;
    auto tableName = field<std::string>(json, "name");
    if (!tableName) return tableName.error();
    table.name = std::move(*tableName);
    const auto files = field<std::int64_t>(json, "files");
    if (!files) return files.error();
    if (*files < 1 || *files > maxCount) return badField("files", "a whole number from 1");
    table.files = static_cast<std::size_t>(*files);
    auto schema = schemaFromJson(fieldOr(json, "schema", Json()));
    if (!schema) return schema.error();
    table.schema = std::move(*schema);
    if (auto read = readSizes(json, table.rows, table.bytes); !read) return read.error();
    return table;
}

/// The tables together have the dataset's files; checkTables() checks the rest.
Result<void> readTables(const Json& json, Dataset& dataset)
{
    const auto tables = optionalField<Json>(json, "tables");
    if (!tables) return tables.error();
    if (!*tables) return {};
    if (!(*tables)->is_array() || (*tables)->size() > maxTables)
        return badField("tables", fmt::format("an array of at most {} tables", maxTables));
    for (const Json& entry : **tables) {
        auto table = tableFromJson(entry);
        if (!table) return table.error();
        dataset.tables.push_back(std::move(*table));
    }
    return checkTables(dataset);
}

/// What a table is in version 2; the dataset's files from `first` on are its own.
Json inputJson(const Dataset& dataset, std::size_t first, std::size_t files, const Schema& schema,
               std::optional<std::int64_t> rows, Bytes bytes)
{
    Json paths = Json::array();
    for (std::size_t i = first; i < std::min(first + files, dataset.paths.size()); ++i)
        paths.push_back(dataset.paths[i].string());
    Json input{{"paths", std::move(paths)},
               {"format", name(schema.files)},
               {"columns", columnsJson(schema)},
               {"rows", orNull(rows)},
               {"bytes", bytes},
               {"name", dataset.name},
               {"fingerprint", dataset.fingerprint}};
    if (schema.files == FileFormat::Csv)
        input["dialect"] = toJson(schema.format);
    else
        input["folders"] = schema.folders;
    return input;
}

Result<Dataset> datasetFromInput(const Json& input)
{
    Json json = input;
    json["schema"] = fieldOr(input, "dialect", Json::object());
    json["schema"]["columns"] = fieldOr(input, "columns", Json());
    json["schema"]["files"] = fieldOr(input, "format", std::string("csv"));
    json["schema"]["folders"] = fieldOr(input, "folders", Json());
    return datasetFromJson(json);
}

} // namespace

std::vector<std::string> dialectOf(const Schema& schema)
{
    static constexpr std::array<const char*, 5> optional{"comment", "skip_rows", "decimal",
                                                         "encoding", "missing"};
    const Json json = toJson(schema.format);
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
    Json json{{"name", dataset.name},
              {"paths", paths},
              {"schema", toJson(dataset.schema)},
              {"rows", orNull(dataset.rows)},
              {"bytes", dataset.bytes},
              {"fingerprint", dataset.fingerprint}};
    if (!dataset.origin.empty()) json["origin"] = dataset.origin;
    for (const DataTable& table : dataset.tables)
        json["tables"].push_back({{"name", table.name},
                                  {"files", table.files},
                                  {"schema", toJson(table.schema)},
                                  {"rows", orNull(table.rows)},
                                  {"bytes", table.bytes}});
    return json;
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
    if (auto read = readSizes(json, dataset.rows, dataset.bytes); !read) return read.error();
    dataset.fingerprint = fieldOr(json, "fingerprint", std::string());
    dataset.origin = fieldOr(json, "origin", std::string());
    if (auto read = readTables(json, dataset); !read) return read.error();
    return dataset;
}

Json inputsJson(const Dataset& dataset)
{
    Json inputs = Json::object();
    if (isNoData(dataset)) return inputs;
    if (dataset.tables.empty())
        inputs[onlyTable] = inputJson(dataset, 0, dataset.paths.size(), dataset.schema,
                                      dataset.rows, dataset.bytes);
    std::size_t first = 0;
    for (const DataTable& table : dataset.tables) {
        inputs[table.name] =
            inputJson(dataset, first, table.files, table.schema, table.rows, table.bytes);
        first += table.files;
    }
    return inputs;
}

Result<Dataset> datasetFromInputs(const Json& inputs)
{
    if (!inputs.is_object() || inputs.size() > maxTables)
        return badField("inputs", fmt::format("an object of at most {} tables", maxTables));
    if (inputs.empty()) return noData();
    Dataset all;
    for (const auto& [tableName, input] : inputs.items()) {
        if (!input.is_object()) return badField("inputs", "objects by the name of a table");
        auto one = datasetFromInput(input);
        if (!one || (inputs.size() == 1 && tableName == onlyTable)) return one;
        all.tables.push_back({tableName, one->paths.size(), one->schema, one->rows, one->bytes});
        all.paths.insert(all.paths.end(), one->paths.begin(), one->paths.end());
        all.bytes += one->bytes;
        all.name = one->name;
        all.fingerprint = one->fingerprint;
    }
    all.schema = all.tables.front().schema;
    if (auto checked = checkTables(all); !checked) return checked.error();
    return all;
}

} // namespace spillway
