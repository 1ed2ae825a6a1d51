#include "workloads/query/query_form.h"

#include "base/json.h"
#include "workloads/field_checks.h"

#include <algorithm>

namespace spillway {
namespace {

Json rowsJson(const ResultTable& table)
{
    Json rows = Json::array();
    for (std::size_t row = 0; row < std::min(table.rows(), RunResult::inlineRows); ++row)
        rows.push_back(rowJson(table, row));
    return rows;
}

Json filesJson(const RunResult& result)
{
    Bytes bytes = 0;
    for (const ResultFile& file : result.files)
        bytes += file.bytes;
    // The table is what was read back from all of them.
    return {{"count", result.files.size()}, {"bytes", bytes}, {"rows", result.tableRows}};
}

/// What this form wrote, as the general one.
Json asGeneral(const Json& json)
{
    Json table{{"columns", json.value("columns", Json())}};
    const auto count = fieldOr<std::int64_t>(json, "rows_count", 0);
    const Json rows = fieldOr(json, "rows", Json::array());
    if (rows.is_array() && static_cast<std::int64_t>(rows.size()) == count) {
        table["rows"] = rows;
    } else {
        table["rows_count"] = count;
        table["rows_xxh64"] = fieldOr(json, "rows_hash", std::string());
    }
    Json general{{"rows", json.value("input_rows", Json())}, {"table", std::move(table)}};
    for (const char* field : {"measures", "notes", "facts", "checks", "series", "detail"})
        if (const auto found = json.find(field); found != json.end()) general[field] = *found;
    if (const auto written = json.find("written"); written != json.end())
        general["files"] = *written;
    return general;
}

class QueryForm : public ResultForm {
public:
    Json write(const RunResult& result) const override
    {
        Json json = generalForm().write(result);
        json["input_rows"] = std::move(json["rows"]);
        json["columns"] = columnsJson(result.table);
        json["rows_count"] = result.tableRows;
        json["rows"] = rowsJson(result.table);
        json["rows_hash"] = result.tableHash;
        json["written"] = std::move(json["files"]);
        json.erase("files");
        if (!result.files.empty()) json["files"] = filesJson(result);
        json.erase("table");
        return json;
    }
    Result<RunResult> read(const Json& json) const override
    {
        if (json.contains("table")) return generalForm().read(json);
        if (!json.contains("columns")) return badField("table", "the columns and rows");
        return generalForm().read(asGeneral(json));
    }
    Result<void> check(const RunResult& result, const Workload& workload) const override
    {
        return generalForm().check(result, workload);
    }
    std::string_view rowsFile() const override { return generalForm().rowsFile(); }
    std::string writeRow(const ResultTable& table, std::size_t row) const override
    {
        return generalForm().writeRow(table, row);
    }
    Result<void> readRow(ResultTable& table, std::string_view line) const override
    {
        return generalForm().readRow(table, line);
    }
    Result<void> checkRows(const RunResult& result, const ResultTable& rows) const override
    {
        return generalForm().checkRows(result, rows);
    }
};

} // namespace

const ResultForm& queryForm()
{
    static const QueryForm form;
    return form;
}

} // namespace spillway
