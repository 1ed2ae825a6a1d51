#include "protocol/result.h"

#include "base/json.h"

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
        means.push_back(mean->is_null() ? notANumber : mean->get<double>());
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

Result<WorkloadResult> etlResultFromJson(const Json& json)
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

/// Numbers as a vector; null (a NaN or an infinity on the way) as NaN. Absent: none.
Result<std::vector<double>> numbers(const Json& json, const char* name)
{
    std::vector<double> values;
    if (json.is_null()) return values;
    if (!json.is_array()) return badField(name, "an array of numbers");
    for (const auto& entry : json) {
        if (!entry.is_number() && !entry.is_null()) return badField(name, "numbers");
        values.push_back(entry.is_null() ? notANumber : entry.get<double>());
    }
    return values;
}

/// Fields of one object, read one after the other; the first that is wrong is the error.
class Fields {
public:
    explicit Fields(const Json& json) : json_(json) {}

    /// Keeps `value` when the field is absent or null.
    template <class T>
    void read(const char* name, T& value)
    {
        if (error_) return;
        auto found = optionalField<T>(json_, name);
        if (!found) {
            error_ = found.error();
        } else if (*found) {
            value = std::move(**found);
        }
    }
    template <class T>
    void read(const char* name, std::optional<T>& value)
    {
        if (error_) return;
        auto found = optionalField<T>(json_, name);
        if (found)
            value = std::move(*found);
        else
            error_ = found.error();
    }
    void read(const char* name, std::vector<double>& value)
    {
        if (error_) return;
        auto found = numbers(json_.value(name, Json()), name);
        if (found)
            value = std::move(*found);
        else
            error_ = found.error();
    }
    const std::optional<Error>& error() const { return error_; }

private:
    const Json& json_;
    std::optional<Error> error_;
};

Result<WorkloadResult> logregResultFromJson(const Json& json)
{
    LogregResult result;
    auto classes = field<std::vector<std::string>>(json, "classes");
    if (!classes) return classes.error();
    result.classes = std::move(*classes);
    const auto coefficients = field<Json>(json, "coefficients");
    if (!coefficients) return coefficients.error();
    if (!coefficients->is_array()) return badField("coefficients", "an array of rows");
    for (const auto& entry : *coefficients) {
        auto row = numbers(entry, "coefficients");
        if (!row) return row.error();
        result.coefficients.push_back(std::move(*row));
    }
    // What is not said is not known; 0 would look like a figure.
    double accuracy = notANumber;
    result.loss = result.objective = notANumber;
    Fields fields(json);
    fields.read("intercepts", result.intercepts);
    fields.read("loss_history", result.lossHistory);
    fields.read("loss", result.loss);
    fields.read("objective", result.objective);
    fields.read("test_loss", result.testLoss);
    fields.read("accuracy", accuracy);
    result.trainAccuracy = accuracy;
    fields.read("train_accuracy", result.trainAccuracy);
    fields.read("test_accuracy", result.testAccuracy);
    fields.read("majority_accuracy", result.majorityAccuracy);
    fields.read("iterations", result.iterations);
    fields.read("data_passes", result.dataPasses);
    fields.read("converged", result.converged);
    fields.read("rows", result.rows);
    fields.read("train_rows", result.trainRows);
    fields.read("dropped_rows", result.droppedRows);
    fields.read("warnings", result.warnings);
    if (fields.error()) return *fields.error();
    const bool said = !std::isnan(accuracy);
    if (said && std::abs(accuracy - result.accuracy()) > 1e-9)
        return badField("accuracy", fmt::format("the accuracy of the test rows, or of the training "
                                                "rows where there are none, not {}",
                                                accuracy));
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
    if (*kind == "etl") return etlResultFromJson(json);
    if (*kind == "logreg") return logregResultFromJson(json);
    return badField("kind", "\"etl\" or \"logreg\"");
}

std::map<std::string, double> measuresOf(const WorkloadResult& result)
{
    const auto* fit = std::get_if<LogregResult>(&result);
    if (!fit) return {};
    return {{"accuracy", fit->accuracy()}, {"majority_accuracy", fit->majorityAccuracy}};
}

std::vector<std::string> warningsOf(const WorkloadResult& result)
{
    const auto* fit = std::get_if<LogregResult>(&result);
    return fit ? fit->warnings : std::vector<std::string>();
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
