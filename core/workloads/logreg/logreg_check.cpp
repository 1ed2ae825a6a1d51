#include "workloads/logreg/logreg_check.h"

#include "base/json.h"
#include "data/csv_number.h"
#include "workloads/etl/etl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

/// The fit with which the least objective is found.
LogregWorkload referenceFit(LogregWorkload workload)
{
    workload.solver = LogregWorkload::Solver::Lbfgs;
    workload.maxIterations = 1000;
    workload.tolerance = 1e-6;
    return workload;
}

std::optional<Error> accuracyDisagreement(std::string_view rows, double claimed, double found,
                                          std::int64_t count)
{
    const double allowed =
        LogregTolerance::accuracy + 5.0 / static_cast<double>(std::max<std::int64_t>(count, 1));
    if (std::abs(claimed - found) <= allowed) return std::nullopt;
    return wrongResult(fmt::format("accuracy {:.6g} of the {} rows, its coefficients have {:.6g}",
                                   claimed, rows, found));
}

/// What a run says of its model against what the model is.
std::optional<Error> claimDisagreement(const LogregResult& claimed, const LogregResult& found)
{
    if (claimed.rows != found.rows || claimed.trainRows != found.trainRows)
        return wrongResult(fmt::format("{} training rows of {}, expected {} of {}",
                                       formatCount(claimed.trainRows), formatCount(claimed.rows),
                                       formatCount(found.trainRows), formatCount(found.rows)));
    if (auto wrong = accuracyDisagreement("training", claimed.trainAccuracy, found.trainAccuracy,
                                          found.trainRows))
        return wrong;
    if (found.testAccuracy.has_value() != claimed.testAccuracy.has_value())
        return wrongResult(found.testAccuracy ? "no accuracy of the test rows"
                                              : "an accuracy of test rows that there are none of");
    if (found.testAccuracy)
        if (auto wrong = accuracyDisagreement("test", *claimed.testAccuracy, *found.testAccuracy,
                                              found.rows - found.trainRows))
            return wrong;
    if (!claimed.model.empty()) return std::nullopt;
    if (std::abs(claimed.loss - found.loss) <=
        LogregTolerance::loss * std::max(1.0, std::abs(found.loss)))
        return std::nullopt;
    return wrongResult(fmt::format("training loss {:.9g}, its coefficients have {:.9g}",
                                   claimed.loss, found.loss));
}

/// The objective of a model against the least and against that of no coefficients.
std::optional<Error> fitDisagreement(const LogregResult& claimed, const LogregResult& found,
                                     const LogregResult& best)
{
    const double nothing = std::log(static_cast<double>(best.classes.size()));
    if (found.objective > nothing + LogregTolerance::least)
        return wrongResult(fmt::format("objective {:.9g}: no coefficients at all have {:.9g}",
                                       found.objective, nothing));
    const double allowed = best.objective +
                           LogregTolerance::objective * std::max(nothing - best.objective, 0.0) +
                           LogregTolerance::least;
    if (!claimed.converged || found.objective <= allowed) return std::nullopt;
    return wrongResult(fmt::format("converged to the objective {:.9g}, the least is {:.9g}",
                                   found.objective, best.objective));
}

class LogregChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload& workload) const override
    {
        return readingPass(workload);
    }
    CheckOutcome check(const CheckInput& input) const override;

private:
    static std::optional<Error> rowsAndClasses(const CheckInput& input);
};

std::optional<Error> LogregChecker::rowsAndClasses(const CheckInput& input)
{
    std::optional<Error> wrong;
    if (input.manifest)
        wrong = disagreement(LogregResult::of(input.result), LogregWorkload::of(input.workload),
                             *input.manifest);
    if (!wrong && input.reference)
        wrong = rowsDisagreement(input.result, input.reference->result.rows);
    return wrong;
}

CheckOutcome LogregChecker::check(const CheckInput& input) const
{
    CheckOutcome outcome{.wrong = rowsAndClasses(input), .flags = {}};
    const auto claimed = LogregResult::of(input.result);
    if (!claimed.model.empty()) outcome.flags.emplace_back("another-model");
    if (outcome.wrong) return outcome;
    const auto workload = LogregWorkload::of(input.workload);
    const auto work = referenceFit(workload);
    const ModelJob exact{claimed.classes, claimed.coefficients, claimed.intercepts};
    auto found = input.native(work, exact.rounded().text());
    if (found) outcome.wrong = claimDisagreement(claimed, LogregResult::of(*found));
    if (outcome.wrong) {
        found = input.native(work, exact.text());
        if (found) outcome.wrong = claimDisagreement(claimed, LogregResult::of(*found));
    }
    if (!found) {
        // What the native engine says of the model is said of the result.
        if (found.error().code == ErrorCode::EngineFailed)
            outcome.wrong = wrongResult(found.error().message);
        else
            outcome.flags.emplace_back("unchecked");
        return outcome;
    }
    const auto model = LogregResult::of(*found);
    if (outcome.wrong || !claimed.model.empty() || workload.solver != LogregWorkload::Solver::Lbfgs)
        return outcome;
    const auto best = input.native(work, {});
    if (best)
        outcome.wrong = fitDisagreement(claimed, model, LogregResult::of(*best));
    else
        outcome.flags.emplace_back("unchecked");
    return outcome;
}

} // namespace

Result<ModelJob> ModelJob::of(std::string_view job)
{
    const auto json = parseJson(job, 4);
    if (!json) return json.error();
    auto classes = field<std::vector<std::string>>(*json, "classes");
    if (!classes) return classes.error();
    auto coefficients = field<std::vector<std::vector<double>>>(*json, "coefficients");
    if (!coefficients) return coefficients.error();
    auto intercepts = field<std::vector<double>>(*json, "intercepts");
    if (!intercepts) return intercepts.error();
    return ModelJob{std::move(*classes), std::move(*coefficients), std::move(*intercepts)};
}

ModelJob ModelJob::rounded() const
{
    const auto round = [](std::vector<double> numbers) {
        for (double& number : numbers)
            number = std::stod(fmt::format("{:.9g}", number));
        return numbers;
    };
    ModelJob model{.classes = classes, .coefficients = {}, .intercepts = round(intercepts)};
    for (const auto& row : coefficients)
        model.coefficients.push_back(round(row));
    return model;
}

std::string ModelJob::text() const
{
    return toLine(
        {{"classes", classes}, {"coefficients", coefficients}, {"intercepts", intercepts}});
}

std::optional<Error> disagreement(const LogregResult& result, const LogregWorkload& workload,
                                  const DatasetManifest& manifest)
{
    const std::int64_t all = result.rows + result.droppedRows;
    if (all != manifest.rows)
        return wrongResult(fmt::format("{} rows used and dropped, the file has {}",
                                       formatCount(all), formatCount(manifest.rows)));
    if (workload.label != manifest.label || manifest.groups.empty()) return std::nullopt;
    std::int64_t dropped = 0;
    std::size_t known = 0;
    for (const auto& group : manifest.groups) {
        if (std::ranges::binary_search(result.classes, group.key)) {
            ++known;
            continue;
        }
        if (parseNumber(group.key).kind != ParsedNumber::Kind::Missing)
            return wrongResult(fmt::format("class {} is missing", shownKey(group.key)));
        dropped += group.count;
    }
    if (known < result.classes.size()) return wrongResult("classes that are not in the file");
    if (dropped == result.droppedRows) return std::nullopt;
    return wrongResult(fmt::format("{} rows dropped, expected {}", formatCount(result.droppedRows),
                                   formatCount(dropped)));
}

const ResultChecker& logregChecker()
{
    static const LogregChecker checker;
    return checker;
}

} // namespace spillway
