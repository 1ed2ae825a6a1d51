#include "workloads/logreg/logreg_result.h"

#include "base/json.h"
#include "workloads/field_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace spillway {
namespace {

/// Numbers as a vector; null (a NaN or an infinity on the way) as NaN. Absent: none.
Result<std::vector<double>> numbers(const Json& json, const char* name)
{
    std::vector<double> values;
    if (json.is_null()) return values;
    if (!json.is_array()) return badField(name, "an array of numbers");
    for (const auto& entry : json) {
        if (!entry.is_number() && !entry.is_null()) return badField(name, "numbers");
        values.push_back(entry.is_null() ? unknownNumber : entry.get<double>());
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

Result<void> checkClasses(const std::vector<std::string>& classes)
{
    if (classes.size() < 2)
        return badField("classes", fmt::format("at least 2 classes, not {}", classes.size()));
    for (std::size_t i = 0; i + 1 < classes.size(); ++i)
        if (classes[i] >= classes[i + 1])
            return badField("classes", fmt::format("names in ascending order, each once, not {} "
                                                   "before {}",
                                                   excerpt(classes[i]), excerpt(classes[i + 1])));
    return {};
}

Result<void> checkModel(const LogregResult& result, const LogregWorkload& workload)
{
    if (auto ok = checkClasses(result.classes); !ok) return ok;
    const std::size_t rows = result.classes.size() == 2 ? 1 : result.classes.size();
    const std::string_view ofRows = "rows (one per class; one for two classes)";
    if (auto ok = firstFault({checkSize("coefficients", result.coefficients.size(), rows, ofRows),
                              checkSize("intercepts", result.intercepts.size(), rows, ofRows)});
        !ok)
        return ok;
    for (const auto& row : result.coefficients) {
        if (auto ok = checkSize("coefficients", row.size(), workload.features.size(),
                                "numbers per row, one per feature");
            !ok)
            return ok;
        for (const double value : row)
            if (auto ok = checkFinite("coefficients", value); !ok) return ok;
    }
    for (const double value : result.intercepts)
        if (auto ok = checkFinite("intercepts", value); !ok) return ok;
    return {};
}

/// Loss, objective and what the solver did.
Result<void> checkFit(const LogregResult& result)
{
    if (auto ok =
            firstFault({checkLoss("loss", result.loss), checkLoss("objective", result.objective),
                        checkLoss("test_loss", result.testLoss.value_or(0)),
                        checkCount("iterations", result.iterations, 0, maxCount),
                        checkCount("data_passes", result.dataPasses, 0, maxCount)});
        !ok)
        return ok;
    for (const double loss : result.lossHistory)
        if (auto ok = checkLoss("loss_history", loss); !ok) return ok;
    // The penalty that the objective adds is a sum of squares; the slack is for its rounding.
    constexpr double slack = 1e-9;
    if (result.objective >= result.loss - slack * std::max(1.0, result.loss)) return {};
    return badField("objective",
                    fmt::format("at least the loss {}, not {}", result.loss, result.objective));
}

Json toJson(const LogregResult& result)
{
    Json json{{"classes", result.classes},
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
    if (!result.model.empty()) json["model"] = result.model;
    return json;
}

Result<LogregResult> logregResultFromJson(const Json& json)
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
    // A missing value is unknown; 0 would look like a measured value.
    double accuracy = unknownNumber;
    result.loss = result.objective = unknownNumber;
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
    fields.read("model", result.model);
    if (fields.error()) return *fields.error();
    const bool said = !std::isnan(accuracy);
    if (said && std::abs(accuracy - result.accuracy()) > 1e-9)
        return badField("accuracy", fmt::format("the accuracy of the test rows, or of the training "
                                                "rows where there are none, not {}",
                                                accuracy));
    return result;
}

Result<void> checkResult(const LogregResult& result, const LogregWorkload& workload)
{
    if (auto ok = firstFault({checkModel(result, workload), checkFit(result),
                              checkShare("train_accuracy", result.trainAccuracy),
                              checkShare("test_accuracy", result.testAccuracy.value_or(0)),
                              checkShare("majority_accuracy", result.majorityAccuracy),
                              checkCount("rows", result.rows, 1, maxCount),
                              checkCount("dropped_rows", result.droppedRows, 0, maxCount)});
        !ok)
        return ok;
    if (auto ok = checkCount("train_rows", result.trainRows, 1, result.rows); !ok) return ok;
    if (result.model.size() > maxTextBytes)
        return badField("model", fmt::format("a text of at most {} bytes", maxTextBytes));
    if (result.warnings.size() > maxEntries)
        return badField("warnings", fmt::format("at most {} texts, not {}", maxEntries,
                                                result.warnings.size()));
    for (const auto& warning : result.warnings)
        if (warning.size() > maxTextBytes)
            return badField("warnings", fmt::format("texts of at most {} bytes", maxTextBytes));
    return {};
}

/// The rows never travel apart: a model is small.
class LogregForm : public ResultForm {
public:
    Json write(const RunResult& result) const override
    {
        auto detail = parseJson(result.detail);
        return detail ? std::move(*detail) : Json::object();
    }
    Result<RunResult> read(const Json& json) const override
    {
        auto result = logregResultFromJson(json);
        if (!result) return result.error();
        return RunResult(*result);
    }
    Result<void> check(const RunResult& result, const Workload& workload) const override
    {
        return checkResult(LogregResult::of(result), LogregWorkload::of(workload));
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
    Result<void> checkRows(const RunResult&, const ResultTable&) const override { return {}; }
};

std::string percent(double share)
{
    return fmt::format("{:.3f} %", share * 100);
}

} // namespace

LogregResult::operator RunResult() const
{
    return {.kind = std::string(LogregWorkload::kind),
            .rows = rows + droppedRows,
            .measures = {{"accuracy", accuracy()}, {"majority_accuracy", majorityAccuracy}},
            .facts = {{"Classes", formatCount(static_cast<std::int64_t>(classes.size()))},
                      {"Rows / for training / dropped",
                       fmt::format("{} / {} / {}", formatCount(rows), formatCount(trainRows),
                                   formatCount(droppedRows))},
                      {"Accuracy", percent(accuracy())},
                      {"Majority-class accuracy", percent(majorityAccuracy)},
                      {"Training loss", fmt::format("{:.12g}", loss)},
                      {"Objective", fmt::format("{:.12g}", objective)},
                      {"Iterations / passes over the data",
                       fmt::format("{} / {}", iterations, dataPasses)},
                      {"Converged", converged ? "yes" : "no"}},
            .notes = warnings,
            .series = {},
            .checks = {},
            .files = {},
            .table = {},
            .tableRows = 0,
            .tableHash = {},
            .detail = toLine(toJson(*this))};
}

LogregResult LogregResult::of(const RunResult& result)
{
    const auto detail = parseJson(result.detail);
    if (!detail) return {};
    auto fit = logregResultFromJson(*detail);
    return fit ? std::move(*fit) : LogregResult();
}

const ResultForm& logregForm()
{
    static const LogregForm form;
    return form;
}

} // namespace spillway
