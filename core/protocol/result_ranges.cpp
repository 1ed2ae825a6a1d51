#include "protocol/result_ranges.h"

#include "base/json.h"
#include "protocol/event.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

/// A text of an engine as a message shows it.
std::string shown(const std::string& text)
{
    constexpr std::size_t longest = 40;
    return text.size() <= longest ? text : fmt::format("{}…", text.substr(0, longest));
}

std::string shown(double value)
{
    return std::isnan(value) ? "null" : fmt::format("{}", value);
}

Result<void> checkCount(std::string_view field, std::int64_t count, std::int64_t least,
                        std::int64_t most)
{
    if (count >= least && count <= most) return {};
    return badField(field, fmt::format("a whole number from {} to {}, not {}", least, most, count));
}

Result<void> checkShare(std::string_view field, double share)
{
    if (share >= 0 && share <= 1) return {};
    return badField(field, fmt::format("a share from 0 to 1, not {}", shown(share)));
}

Result<void> checkLoss(std::string_view field, double loss)
{
    if (std::isfinite(loss) && loss >= 0) return {};
    return badField(field, fmt::format("finite numbers from 0, not {}", shown(loss)));
}

Result<void> checkFinite(std::string_view field, double value)
{
    if (std::isfinite(value)) return {};
    return badField(field, fmt::format("finite numbers, not {}", shown(value)));
}

Result<void> checkSize(std::string_view field, std::size_t size, std::size_t expected,
                       std::string_view what)
{
    if (size == expected) return {};
    return badField(field, fmt::format("{} {}, not {}", expected, what, size));
}

/// The first that is wrong of many checks.
Result<void> all(std::initializer_list<Result<void>> checks)
{
    for (const auto& check : checks)
        if (!check) return check;
    return {};
}

Result<void> checkColumns(const EtlResult& result, const EtlWorkload& workload)
{
    if (result.values == workload.values) return {};
    const auto names = [](const std::vector<std::string>& columns) {
        std::string text;
        for (std::size_t i = 0; i < columns.size() && i < 5; ++i)
            text += (i == 0 ? "" : ", ") + shown(columns[i]);
        return columns.empty() ? "none" : columns.size() > 5 ? text + " …" : text;
    };
    return badField("values", fmt::format("the planned columns {}, not {}", names(workload.values),
                                          names(result.values)));
}

bool isHash(const std::string& text)
{
    return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<void> check(const EtlResult& result, const EtlWorkload& workload)
{
    if (auto ok = all(
            {checkColumns(result, workload), checkCount("rows", result.rows, 0, maxCount),
             checkCount("groups_count", result.groupsCount, 0, std::min(maxGroups, result.rows))});
        !ok)
        return ok;
    if (!result.missing.empty()) {
        if (auto ok = checkSize("missing", result.missing.size(), result.values.size(),
                                "counts, one a value column");
            !ok)
            return ok;
        for (const auto missing : result.missing)
            if (auto ok = checkCount("missing", missing, 0, result.rows); !ok) return ok;
    }
    if (result.groups.size() > EtlResult::inlineGroups)
        return badField("groups", fmt::format("at most {} groups, not {}: more belong into "
                                              "groups.jsonl",
                                              EtlResult::inlineGroups, result.groups.size()));
    if (!result.groups.empty() || result.groupsCount == 0)
        return checkGroups(result.groups, result);
    if (isHash(result.groupsHash)) return {};
    return badField("groups_xxh64", "16 hexadecimal digits");
}

Result<void> checkClasses(const std::vector<std::string>& classes)
{
    if (classes.size() < 2)
        return badField("classes", fmt::format("at least 2 classes, not {}", classes.size()));
    for (std::size_t i = 0; i + 1 < classes.size(); ++i)
        if (classes[i] >= classes[i + 1])
            return badField("classes", fmt::format("names in ascending order, each once, not {} "
                                                   "before {}",
                                                   shown(classes[i]), shown(classes[i + 1])));
    return {};
}

Result<void> checkModel(const LogregResult& result, const LogregWorkload& workload)
{
    if (auto ok = checkClasses(result.classes); !ok) return ok;
    const std::size_t rows = result.classes.size() == 2 ? 1 : result.classes.size();
    const std::string_view ofRows = "rows (one a class; of two classes one)";
    if (auto ok = all({checkSize("coefficients", result.coefficients.size(), rows, ofRows),
                       checkSize("intercepts", result.intercepts.size(), rows, ofRows)});
        !ok)
        return ok;
    for (const auto& row : result.coefficients) {
        if (auto ok = checkSize("coefficients", row.size(), workload.features.size(),
                                "numbers a row, one a feature");
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
    if (auto ok = all({checkLoss("loss", result.loss), checkLoss("objective", result.objective),
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

Result<void> check(const LogregResult& result, const LogregWorkload& workload)
{
    if (auto ok = all({checkModel(result, workload), checkFit(result),
                       checkShare("train_accuracy", result.trainAccuracy),
                       checkShare("test_accuracy", result.testAccuracy.value_or(0)),
                       checkShare("majority_accuracy", result.majorityAccuracy),
                       checkCount("rows", result.rows, 1, maxCount),
                       checkCount("dropped_rows", result.droppedRows, 0, maxCount)});
        !ok)
        return ok;
    if (auto ok = checkCount("train_rows", result.trainRows, 1, result.rows); !ok) return ok;
    if (result.warnings.size() > maxEntries)
        return badField("warnings", fmt::format("at most {} texts, not {}", maxEntries,
                                                result.warnings.size()));
    for (const auto& warning : result.warnings)
        if (warning.size() > maxTextBytes)
            return badField("warnings", fmt::format("texts of at most {} bytes", maxTextBytes));
    return {};
}

} // namespace

Result<void> checkGroups(const std::vector<GroupMean>& groups, const EtlResult& result)
{
    std::int64_t rows = 0;
    const std::string* before = nullptr;
    for (const auto& group : groups) {
        if (before && *before >= group.key)
            return badField("groups", fmt::format("keys in ascending order, each once, not {} "
                                                  "before {}",
                                                  shown(*before), shown(group.key)));
        if (auto ok = checkCount("count", group.count, 1, result.rows - rows); !ok) return ok;
        if (auto ok = checkSize("mean", group.means.size(), result.values.size(), "means"); !ok)
            return ok;
        rows += group.count;
        before = &group.key;
    }
    if (rows == result.rows) return {};
    return badField("rows", fmt::format("the {} rows of all groups, not {}", rows, result.rows));
}

Result<void> checkRanges(const WorkloadResult& result, const Workload& workload)
{
    const auto* etl = std::get_if<EtlResult>(&result);
    if (etl && workload.kind == EtlWorkload::kind) return check(*etl, EtlWorkload::of(workload));
    const auto* fit = std::get_if<LogregResult>(&result);
    if (fit && workload.kind == LogregWorkload::kind)
        return check(*fit, LogregWorkload::of(workload));
    return badField("kind", fmt::format("\"{}\", the planned workload", workload.kind));
}

} // namespace spillway
