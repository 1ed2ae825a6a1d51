#include "base/json.h"
#include "workloads/etl/group_table.h"
#include "workloads/field_checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

Json meansJson(const std::vector<double>& means, const std::vector<std::string>& values)
{
    Json object = Json::object();
    for (std::size_t i = 0; i < means.size() && i < values.size(); ++i)
        object[values[i]] = means[i];
    return object;
}

Json groupJson(const GroupMean& group, const std::vector<std::string>& values)
{
    Json json{{"key", group.key}, {"count", group.count}, {"mean", meansJson(group.means, values)}};
    if (!group.magnitudes.empty()) json["mean_abs"] = meansJson(group.magnitudes, values);
    return json;
}

/// One number for each of `values` from the object in `json[name]`; null as NaN.
Result<std::vector<double>> meansFromJson(const Json& json, const char* name,
                                          const std::vector<std::string>& values)
{
    const auto found = json.find(name);
    if (found == json.end() || !found->is_object()) return badField(name, "an object");
    if (found->size() > values.size())
        return badField(name, fmt::format("{} numbers, not {}", values.size(), found->size()));
    std::vector<double> means;
    means.reserve(values.size());
    for (const auto& value : values) {
        const auto mean = found->find(value);
        if (mean == found->end()) return badField(value, "a mean");
        // null is a mean over no present value.
        if (!mean->is_null() && !mean->is_number()) return badField(value, "a number or null");
        means.push_back(mean->is_null() ? unknownNumber : mean->get<double>());
    }
    return means;
}

Result<GroupMean> groupFromJson(const Json& json, const std::vector<std::string>& values)
{
    GroupMean group;
    auto key = field<std::string>(json, "key");
    if (!key) return key.error();
    group.key = std::move(*key);
    const auto count = field<std::int64_t>(json, "count");
    if (!count) return count.error();
    group.count = *count;
    auto means = meansFromJson(json, "mean", values);
    if (!means) return means.error();
    group.means = std::move(*means);
    if (json.contains("mean_abs")) {
        auto magnitudes = meansFromJson(json, "mean_abs", values);
        if (!magnitudes) return magnitudes.error();
        group.magnitudes = std::move(*magnitudes);
    }
    return group;
}

Result<void> readMissing(const Json& json, EtlResult& result)
{
    const auto missing = optionalField<Json>(json, "missing");
    if (!missing) return missing.error();
    if (!*missing) return {};
    if (!(*missing)->is_array()) return badField("missing", "an array of whole numbers");
    for (const auto& entry : **missing) {
        const auto count = field<std::int64_t>(Json{{"missing", entry}}, "missing");
        if (!count) return count.error();
        result.missing.push_back(*count);
    }
    return {};
}

Result<void> checkColumns(const EtlResult& result, const EtlWorkload& workload)
{
    if (result.values == workload.values) return {};
    const auto names = [](const std::vector<std::string>& columns) {
        std::string text;
        for (std::size_t i = 0; i < columns.size() && i < 5; ++i)
            text += (i == 0 ? "" : ", ") + excerpt(columns[i]);
        return columns.empty() ? "none" : columns.size() > 5 ? text + " …" : text;
    };
    return badField("values", fmt::format("the planned columns {}, not {}", names(workload.values),
                                          names(result.values)));
}

bool isHash(const std::string& text)
{
    return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Json toJson(const EtlResult& result)
{
    Json json{{"values", result.values}, {"rows", result.rows}, {"missing", result.missing}};
    if (result.groupsCount > static_cast<std::int64_t>(result.groups.size()) ||
        result.groups.size() > RunResult::inlineRows) {
        json["groups_count"] = result.groupsCount;
        json["groups_xxh64"] = result.groupsHash;
        return json;
    }
    Json groups = Json::array();
    for (const auto& group : result.groups)
        groups.push_back(groupJson(group, result.values));
    json["groups"] = std::move(groups);
    return json;
}

Result<EtlResult> etlResultFromJson(const Json& json)
{
    EtlResult result;
    auto values = field<std::vector<std::string>>(json, "values");
    if (!values) return values.error();
    result.values = std::move(*values);
    const auto rows = field<std::int64_t>(json, "rows");
    if (!rows) return rows.error();
    result.rows = *rows;
    if (auto read = readMissing(json, result); !read) return read.error();
    if (const auto count = field<std::int64_t>(json, "groups_count")) {
        result.groupsCount = *count;
        result.groupsHash = fieldOr(json, "groups_xxh64", std::string());
        return result;
    }
    const auto groups = field<Json>(json, "groups");
    if (!groups) return groups.error();
    if (!groups->is_array()) return badField("groups", "an array");
    for (const auto& entry : *groups) {
        auto group = groupFromJson(entry, result.values);
        if (!group) return group.error();
        result.groups.push_back(std::move(*group));
    }
    result.groupsCount = static_cast<std::int64_t>(result.groups.size());
    result.groupsHash = groupsHash(result.groups);
    return result;
}

/// Whether `table` has the groups of `result`: keys ascending by their bytes, each once; counts
/// from 1 that sum up to the result's rows; a mean a value column.
Result<void> checkGroups(const ResultTable& table, const EtlResult& result)
{
    const GroupColumns columns(table);
    if (!columns.keys || columns.values != result.values)
        return badField("groups", "a key, a count and a mean a value column");
    std::int64_t rows = 0;
    const auto& keys = *columns.keys;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i > 0 && keys[i - 1] >= keys[i])
            return badField("groups", fmt::format("keys in ascending order, each once, not {} "
                                                  "before {}",
                                                  excerpt(keys[i - 1]), excerpt(keys[i])));
        const std::int64_t count = (*columns.counts)[i];
        if (auto ok = checkCount("count", count, 1, result.rows - rows); !ok) return ok;
        rows += count;
    }
    if (rows == result.rows) return {};
    return badField("rows", fmt::format("the {} rows of all groups, not {}", rows, result.rows));
}

Result<void> checkResult(const RunResult& answer, const EtlWorkload& workload)
{
    const EtlResult result = EtlResult::of(answer);
    if (auto ok = firstFault(
            {checkColumns(result, workload), checkCount("rows", result.rows, 0, maxCount),
             checkCount("groups_count", result.groupsCount, 0, std::min(maxGroups, result.rows))});
        !ok)
        return ok;
    if (!result.missing.empty()) {
        if (auto ok = checkSize("missing", result.missing.size(), result.values.size(),
                                "counts, one per value column");
            !ok)
            return ok;
        for (const auto missing : result.missing)
            if (auto ok = checkCount("missing", missing, 0, result.rows); !ok) return ok;
    }
    if (result.groups.size() > RunResult::inlineRows)
        return badField("groups", fmt::format("at most {} groups, not {}: more belong into "
                                              "groups.jsonl",
                                              RunResult::inlineRows, result.groups.size()));
    if (!answer.rowsAreApart()) return checkGroups(answer.table, result);
    if (isHash(result.groupsHash)) return {};
    return badField("groups_xxh64", "16 hexadecimal digits");
}

class EtlForm : public ResultForm {
public:
    Json write(const RunResult& result) const override { return toJson(EtlResult::of(result)); }
    Result<RunResult> read(const Json& json) const override
    {
        auto result = etlResultFromJson(json);
        if (!result) return result.error();
        return RunResult(*result);
    }
    Result<void> check(const RunResult& result, const Workload& workload) const override
    {
        return checkResult(result, EtlWorkload::of(workload));
    }

    std::string_view rowsFile() const override { return "groups.jsonl"; }
    std::string writeRow(const ResultTable& table, std::size_t row) const override
    {
        const GroupColumns columns(table);
        return toLine(groupJson(columns.group(row), columns.values));
    }
    Result<void> readRow(ResultTable& table, std::string_view line) const override;
    Result<void> checkRows(const RunResult& result, const ResultTable& rows) const override;
};

Result<void> EtlForm::readRow(ResultTable& table, std::string_view line) const
{
    const auto json = parseJson(line, 4);
    if (!json) return json.error();
    const GroupColumns columns(table);
    auto group = groupFromJson(*json, columns.values);
    if (!group) return group.error();
    if (table.empty()) table = groupColumns(columns.values, !group->magnitudes.empty());
    if (groupKeyColumns + group->means.size() + group->magnitudes.size() != table.columns.size())
        return badField("mean_abs", "in every group or in none");
    appendGroup(table, std::move(*group));
    return {};
}

Result<void> EtlForm::checkRows(const RunResult& result, const ResultTable& rows) const
{
    const EtlResult etl = EtlResult::of(result);
    if (rowsHash(rows, groupKeyColumns + etl.values.size()) != etl.groupsHash)
        return protocolError("groups.jsonl does not have the hash that the result names.");
    return checkGroups(rows, etl);
}

} // namespace

const ResultForm& etlForm()
{
    static const EtlForm form;
    return form;
}

} // namespace spillway
