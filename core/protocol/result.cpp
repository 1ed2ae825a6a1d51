#include "protocol/result.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <cmath>
#include <limits>
#include <memory>

namespace spillway {
namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

Json meansJson(const std::vector<double>& means, const std::vector<std::string>& values)
{
    Json object = Json::object();
    for (std::size_t i = 0; i < means.size() && i < values.size(); ++i)
        object[values[i]] = means[i];
    return object;
}

Json groupJson(const GroupMean& group, const std::vector<std::string>& values)
{
    return {{"key", group.key}, {"count", group.count}, {"mean", meansJson(group.means, values)}};
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
    const auto mean = field<Json>(json, "mean");
    if (!mean) return mean.error();
    for (const auto& value : values) {
        if (!mean->is_object() || !mean->contains(value)) return badField(value, "a mean");
        // null is a mean over no present value.
        group.means.push_back(fieldOr(*mean, value.c_str(), notANumber));
    }
    return group;
}

Json toJson(const EtlResult& result)
{
    Json json{{"kind", "etl"},
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

Result<WorkloadResult> etlFromJson(const Json& json)
{
    EtlResult result;
    auto values = field<std::vector<std::string>>(json, "values");
    if (!values) return values.error();
    result.values = std::move(*values);
    result.rows = fieldOr<std::int64_t>(json, "rows", 0);
    result.missing = fieldOr(json, "missing", std::vector<std::int64_t>());
    if (const auto count = field<std::int64_t>(json, "groups_count")) {
        result.groupsCount = *count;
        result.groupsHash = fieldOr(json, "groups_xxh64", std::string());
        return WorkloadResult(std::move(result));
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
    return WorkloadResult(std::move(result));
}

Json toJson(const LogregResult& result)
{
    return {{"kind", "logreg"},
            {"classes", result.classes},
            {"coefficients", result.coefficients},
            {"intercepts", result.intercepts},
            {"loss_history", result.lossHistory},
            {"loss", result.loss},
            {"objective", result.objective},
            {"test_loss", result.testLoss ? Json(*result.testLoss) : Json()},
            {"accuracy", result.accuracy()},
            {"train_accuracy", result.trainAccuracy},
            {"test_accuracy", result.testAccuracy ? Json(*result.testAccuracy) : Json()},
            {"majority_accuracy", result.majorityAccuracy},
            {"iterations", result.iterations},
            {"data_passes", result.dataPasses},
            {"converged", result.converged},
            {"rows", result.rows},
            {"train_rows", result.trainRows},
            {"dropped_rows", result.droppedRows},
            {"warnings", result.warnings}};
}

/// Numbers as a vector; null (a NaN or an infinity on the way) as NaN.
std::vector<double> numbers(const Json& json)
{
    std::vector<double> values;
    for (const auto& entry : json)
        values.push_back(entry.is_number() ? entry.get<double>() : notANumber);
    return values;
}

Result<WorkloadResult> logregFromJson(const Json& json)
{
    LogregResult result;
    auto classes = field<std::vector<std::string>>(json, "classes");
    if (!classes) return classes.error();
    result.classes = std::move(*classes);
    const auto coefficients = field<Json>(json, "coefficients");
    if (!coefficients) return coefficients.error();
    if (!coefficients->is_array()) return badField("coefficients", "an array of rows");
    for (const auto& row : *coefficients) {
        if (!row.is_array()) return badField("coefficients", "an array of rows");
        result.coefficients.push_back(numbers(row));
    }
    result.intercepts = numbers(json.value("intercepts", Json::array()));
    result.lossHistory = numbers(json.value("loss_history", Json::array()));
    result.loss = fieldOr(json, "loss", notANumber);
    result.objective = fieldOr(json, "objective", notANumber);
    if (const auto loss = field<double>(json, "test_loss")) result.testLoss = *loss;
    const double accuracy = fieldOr(json, "accuracy", notANumber);
    result.trainAccuracy = fieldOr(json, "train_accuracy", accuracy);
    if (const auto test = field<double>(json, "test_accuracy")) result.testAccuracy = *test;
    result.majorityAccuracy = fieldOr(json, "majority_accuracy", 0.0);
    result.iterations = fieldOr(json, "iterations", 0);
    result.dataPasses = fieldOr(json, "data_passes", 0);
    result.converged = fieldOr(json, "converged", false);
    result.rows = fieldOr<std::int64_t>(json, "rows", 0);
    result.trainRows = fieldOr<std::int64_t>(json, "train_rows", 0);
    result.droppedRows = fieldOr<std::int64_t>(json, "dropped_rows", 0);
    result.warnings = fieldOr(json, "warnings", std::vector<std::string>());
    return WorkloadResult(std::move(result));
}

} // namespace

Json toJson(const WorkloadResult& result)
{
    return std::visit([](const auto& kind) { return toJson(kind); }, result);
}

Result<WorkloadResult> resultFromJson(const Json& json)
{
    const auto kind = field<std::string>(json, "kind");
    if (!kind) return kind.error();
    if (*kind == "etl") return etlFromJson(json);
    if (*kind == "logreg") return logregFromJson(json);
    return badField("kind", "\"etl\" or \"logreg\"");
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
            const auto bits = std::bit_cast<std::uint64_t>(std::isnan(mean) ? notANumber : mean);
            add(&bits, sizeof bits);
        }
    }
    return fmt::format("{:016x}", XXH64_digest(state.get()));
}

} // namespace spillway
