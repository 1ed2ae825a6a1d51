#include "workloads/etl/etl_result.h"

#include "base/json.h"
#include "workloads/field_checks.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>

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

} // namespace

Json toJson(const EtlResult& result)
{
    Json json{{"kind", EtlWorkload::kind},
              {"values", result.values},
              {"rows", result.rows},
              {"missing", result.missing}};
    if (result.groupsCount > static_cast<std::int64_t>(result.groups.size()) ||
        result.groups.size() > EtlResult::inlineGroups) {
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

Result<void> checkRanges(const EtlResult& result, const EtlWorkload& workload)
{
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
    if (result.groups.size() > EtlResult::inlineGroups)
        return badField("groups",
                        fmt::format("at most {} groups, not {}: more belong in groups.jsonl",
                                    EtlResult::inlineGroups, result.groups.size()));
    if (!result.groups.empty() || result.groupsCount == 0)
        return checkGroups(result.groups, result);
    if (isHash(result.groupsHash)) return {};
    return badField("groups_xxh64", "16 hexadecimal digits");
}

Result<void> checkGroups(const std::vector<GroupMean>& groups, const EtlResult& result)
{
    std::int64_t rows = 0;
    const std::string* before = nullptr;
    for (const auto& group : groups) {
        if (before && *before >= group.key)
            return badField("groups", fmt::format("keys in ascending order, each once, not {} "
                                                  "before {}",
                                                  excerpt(*before), excerpt(group.key)));
        if (auto ok = checkCount("count", group.count, 1, result.rows - rows); !ok) return ok;
        if (auto ok = checkSize("mean", group.means.size(), result.values.size(), "means"); !ok)
            return ok;
        rows += group.count;
        before = &group.key;
    }
    if (rows == result.rows) return {};
    return badField("rows", fmt::format("the {} rows of all groups, not {}", rows, result.rows));
}

std::string groupLine(const EtlResult& result, const GroupMean& group)
{
    return toLine(groupJson(group, result.values));
}

Result<GroupMean> groupFromLine(std::string_view line, const std::vector<std::string>& values)
{
    const auto json = parseJson(line, 4);
    if (!json) return json.error();
    return groupFromJson(*json, values);
}

std::string groupsHash(const std::vector<GroupMean>& groups)
{
    const std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state(XXH64_createState(),
                                                                           &XXH64_freeState);
    XXH64_reset(state.get(), 0);
    const auto add = [&](const void* data, std::size_t size) {
        XXH64_update(state.get(), data, size);
    };
    for (const auto& group : groups) {
        add(group.key.c_str(), group.key.size() + 1); // with its zero byte
        add(&group.count, sizeof group.count);
        for (const double mean : group.means) {
            // One bit pattern for every NaN.
            const auto bits = std::bit_cast<std::uint64_t>(std::isnan(mean) ? unknownNumber : mean);
            add(&bits, sizeof bits);
        }
    }
    return fmt::format("{:016x}", XXH64_digest(state.get()));
}

} // namespace spillway
