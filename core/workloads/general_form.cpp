#include "workloads/result_form.h"

#include "base/json.h"
#include "workloads/field_checks.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t maxSeries = 100;
constexpr std::size_t maxPoints = 10'000;
constexpr std::size_t maxFiles = 100'000;

Json toJson(const Series& series)
{
    Json points = Json::array();
    for (const auto& [x, y] : series.points)
        points.push_back({x, y});
    return {{"name", series.name}, {"points", std::move(points)}};
}

Json toJson(const OwnCheck& check)
{
    return {{"name", check.name},
            {"ok", check.ok},
            {"expected", check.expected},
            {"found", check.found},
            {"tolerance", orNull(check.tolerance)}};
}

Json toJson(const ResultFile& file)
{
    return {{"path", file.path}, {"rows", file.rows}, {"bytes", file.bytes}};
}

Json tableJson(const RunResult& result)
{
    if (result.table.columns.empty()) return {};
    Json json{{"columns", columnsJson(result.table)}};
    if (result.rowsAreApart()) {
        if (result.tableRows == RunResult::unknownRows) {
            json["file"] = generalForm().rowsFile();
        } else {
            json["rows_count"] = result.tableRows;
            json["rows_xxh64"] = result.tableHash;
        }
        return json;
    }
    Json rows = Json::array();
    for (std::size_t row = 0; row < result.table.rows(); ++row)
        rows.push_back(rowJson(result.table, row));
    json["rows"] = std::move(rows);
    return json;
}

Result<Series> seriesFromJson(const Json& json)
{
    auto name = field<std::string>(json, "name");
    if (!name) return name.error();
    const auto points = field<Json>(json, "points");
    if (!points) return points.error();
    if (!points->is_array() || points->size() > maxPoints)
        return badField("points", fmt::format("at most {} points", maxPoints));
    Series series{.name = std::move(*name), .points = {}};
    for (const Json& point : *points) {
        if (!point.is_array() || point.size() != 2 || !point[0].is_number() ||
            !point[1].is_number())
            return badField("points", "pairs of numbers");
        series.points.emplace_back(point[0].get<double>(), point[1].get<double>());
    }
    return series;
}

Result<OwnCheck> checkFromJson(const Json& json)
{
    auto name = field<std::string>(json, "name");
    if (!name) return name.error();
    const auto ok = field<bool>(json, "ok");
    if (!ok) return ok.error();
    const auto tolerance = optionalField<double>(json, "tolerance");
    if (!tolerance) return tolerance.error();
    return OwnCheck{.name = std::move(*name),
                    .ok = *ok,
                    .expected = fieldOr(json, "expected", std::string()),
                    .found = fieldOr(json, "found", std::string()),
                    .tolerance = *tolerance};
}

Result<ResultFile> fileFromJson(const Json& json)
{
    auto path = field<std::string>(json, "path");
    if (!path) return path.error();
    const auto rows = field<std::int64_t>(json, "rows");
    if (!rows) return rows.error();
    const auto bytes = field<Bytes>(json, "bytes");
    if (!bytes) return bytes.error();
    return ResultFile{.path = std::move(*path), .rows = *rows, .bytes = *bytes};
}

/// The list `json[name]` of at most `most` entries; an absent one is empty.
template <class Entry>
Result<std::vector<Entry>> listOf(const Json& json, const char* name, std::size_t most,
                                  Result<Entry> (*read)(const Json&))
{
    std::vector<Entry> entries;
    const auto list = optionalField<Json>(json, name);
    if (!list) return list.error();
    if (!*list) return entries;
    if (!(*list)->is_array() || (*list)->size() > most)
        return badField(name, fmt::format("an array of at most {} entries", most));
    for (const Json& entry : **list) {
        auto one = read(entry);
        if (!one) return one.error();
        entries.push_back(std::move(*one));
    }
    return entries;
}

Result<void> readTable(const Json& json, RunResult& result)
{
    const auto found = optionalField<Json>(json, "table");
    if (!found) return found.error();
    if (!*found) return {};
    const Json& described = **found;
    auto table = tableFromColumns(described.value("columns", Json()));
    if (!table) return table.error();
    result.table = std::move(*table);
    if (described.contains("file")) {
        result.tableRows = RunResult::unknownRows;
        return {};
    }
    if (const auto count = field<std::int64_t>(described, "rows_count")) {
        result.tableRows = *count;
        result.tableHash = fieldOr(described, "rows_xxh64", std::string());
        return {};
    }
    const auto rows = field<Json>(described, "rows");
    if (!rows) return rows.error();
    if (!rows->is_array() || rows->size() > RunResult::inlineRows)
        return badField("rows", fmt::format("at most {} rows: more belong into {}",
                                            RunResult::inlineRows, generalForm().rowsFile()));
    for (const Json& row : *rows)
        if (auto added = appendRow(result.table, row); !added) return added;
    result.tableRows = static_cast<std::int64_t>(result.table.rows());
    result.tableHash = rowsHash(result.table);
    return {};
}

Result<void> checkText(std::string_view field, const std::string& text)
{
    if (text.size() <= maxTextBytes) return {};
    return badField(field, fmt::format("texts of at most {} bytes", maxTextBytes));
}

Result<void> checkEntries(std::string_view field, std::size_t count)
{
    if (count <= maxEntries) return {};
    return badField(field, fmt::format("at most {} entries, not {}", maxEntries, count));
}

class GeneralForm : public ResultForm {
public:
    Json write(const RunResult& result) const override;
    Result<RunResult> read(const Json& json) const override;
    Result<void> check(const RunResult& result, const Workload& workload) const override;

    std::string_view rowsFile() const override { return "table.jsonl"; }
    std::string writeRow(const ResultTable& table, std::size_t row) const override
    {
        return toLine(rowJson(table, row));
    }
    Result<void> readRow(ResultTable& table, std::string_view line) const override
    {
        const auto json = parseJson(line, 2);
        if (!json) return json.error();
        return appendRow(table, *json);
    }
    Result<void> checkRows(const RunResult&, const ResultTable&) const override { return {}; }
};

Json GeneralForm::write(const RunResult& result) const
{
    Json facts = Json::array();
    for (const Fact& fact : result.facts)
        facts.push_back({fact.name, fact.text});
    const auto list = [](const auto& entries) {
        Json json = Json::array();
        for (const auto& entry : entries)
            json.push_back(toJson(entry));
        return json;
    };
    Json json{{"rows", result.rows},           {"measures", result.measures},
              {"facts", std::move(facts)},     {"notes", result.notes},
              {"series", list(result.series)}, {"checks", list(result.checks)},
              {"files", list(result.files)}};
    if (Json table = tableJson(result); !table.is_null()) json["table"] = std::move(table);
    if (const auto detail = parseJson(result.detail); detail) json["detail"] = *detail;
    return json;
}

/// As an object of texts, or, in their order, as an array of pairs.
Result<std::vector<Fact>> factsOf(const Json& json)
{
    std::vector<Fact> facts;
    const auto add = [&](const Json& name, const Json& text) {
        if (!name.is_string() || !text.is_string()) return false;
        facts.push_back({name.get<std::string>(), text.get<std::string>()});
        return true;
    };
    const auto found = optionalField<Json>(json, "facts");
    if (!found) return found.error();
    if (!*found) return facts;
    bool good = (*found)->is_object() || (*found)->is_array();
    if ((*found)->is_object()) {
        for (const auto& [name, text] : (*found)->items())
            good = good && add(name, text);
    } else if (good) {
        for (const Json& pair : **found)
            good = good && pair.is_array() && pair.size() == 2 && add(pair[0], pair[1]);
    }
    if (!good) return badField("facts", "texts by name");
    return facts;
}

Result<RunResult> GeneralForm::read(const Json& json) const
{
    RunResult result;
    const auto rows = field<std::int64_t>(json, "rows");
    if (!rows) return rows.error();
    result.rows = *rows;
    const auto measures = optionalField<std::map<std::string, double>>(json, "measures");
    if (!measures) return measures.error();
    result.measures = measures->value_or(result.measures);
    auto facts = factsOf(json);
    if (!facts) return facts.error();
    result.facts = std::move(*facts);
    const auto notes = optionalField<std::vector<std::string>>(json, "notes");
    if (!notes) return notes.error();
    result.notes = notes->value_or(result.notes);
    auto series = listOf<Series>(json, "series", maxSeries, seriesFromJson);
    if (!series) return series.error();
    result.series = std::move(*series);
    auto checks = listOf<OwnCheck>(json, "checks", maxEntries, checkFromJson);
    if (!checks) return checks.error();
    result.checks = std::move(*checks);
    auto files = listOf<ResultFile>(json, "files", maxFiles, fileFromJson);
    if (!files) return files.error();
    result.files = std::move(*files);
    if (auto table = readTable(json, result); !table) return table.error();
    if (json.contains("detail")) {
        if (!json["detail"].is_object()) return badField("detail", "an object");
        result.detail = toLine(json["detail"]);
    }
    return result;
}

Result<void> GeneralForm::check(const RunResult& result, const Workload& workload) const
{
    const WorkloadType& type = typeOf(workload);
    if (auto ok = firstFault(
            {checkCount("rows", result.rows, 0, maxCount),
             checkEntries("measures", result.measures.size()),
             checkEntries("facts", result.facts.size()), checkEntries("notes", result.notes.size()),
             checkCount("rows_count", result.tableRows, RunResult::unknownRows, maxGroups)});
        !ok)
        return ok;
    for (const auto& [name, value] : result.measures) {
        if (!type.findMeasure(name))
            return badField("measures", fmt::format("measures of the kind \"{}\", not {}", type.id,
                                                    excerpt(name)));
        if (auto ok = checkFinite(name, value); !ok) return ok;
    }
    for (const Fact& fact : result.facts)
        if (auto ok = firstFault({checkText("facts", fact.name), checkText("facts", fact.text)});
            !ok)
            return ok;
    for (const auto& note : result.notes)
        if (auto ok = checkText("notes", note); !ok) return ok;
    for (const Series& series : result.series)
        for (const auto& [x, y] : series.points)
            if (auto ok = firstFault({checkFinite("points", x), checkFinite("points", y)}); !ok)
                return ok;
    for (const OwnCheck& check : result.checks)
        if (auto ok =
                firstFault({checkText("checks", check.name), checkText("checks", check.expected),
                            checkText("checks", check.found)});
            !ok)
            return ok;
    for (const ResultFile& file : result.files)
        if (auto ok = firstFault({checkText("files", file.path),
                                  checkCount("files", file.rows, 0, maxCount),
                                  checkCount("files", file.bytes, 0, maxCount)});
            !ok)
            return ok;
    return {};
}

} // namespace

const ResultForm& generalForm()
{
    static const GeneralForm form;
    return form;
}

} // namespace spillway
