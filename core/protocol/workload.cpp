#include "protocol/workload.h"

#include "base/json.h"
#include "base/units.h"

#include <fast_float/fast_float.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <set>

namespace spillway {
namespace {

constexpr std::array<std::pair<EtlWorkload::Materialise, std::string_view>, 2> materialiseNames{
    {{EtlWorkload::Materialise::Streamed, "streamed"},
     {EtlWorkload::Materialise::Loaded, "loaded"}}};
constexpr std::array<std::pair<LogregWorkload::Solver, std::string_view>, 3> solverNames{
    {{LogregWorkload::Solver::Lbfgs, "lbfgs"},
     {LogregWorkload::Solver::Sgd, "sgd"},
     {LogregWorkload::Solver::SgdAveraged, "sgd-averaged"}}};

template <class Enum, std::size_t N>
Result<Enum> fromName(std::string_view text,
                      const std::array<std::pair<Enum, std::string_view>, N>& names)
{
    for (const auto& [value, valueName] : names)
        if (valueName == text) return value;
    std::vector<std::string_view> allowed;
    for (const auto& entry : names)
        allowed.push_back(entry.second);
    return Error{.code = ErrorCode::InvalidArgument,
                 .message = fmt::format("\"{}\" is not one of {}.", text, fmt::join(allowed, ", ")),
                 .phase = {},
                 .remedy = {}};
}

Error invalid(std::string message, std::string remedy = {})
{
    return {.code = ErrorCode::InvalidArgument,
            .message = std::move(message),
            .phase = {},
            .remedy = std::move(remedy)};
}

Result<double> number(std::string_view name, std::string_view text)
{
    double value = 0;
    const auto parsed = fast_float::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() ||
        !std::isfinite(value))
        return invalid(fmt::format("{} takes a number, not \"{}\".", name, text));
    return value;
}

Result<bool> truth(std::string_view name, std::string_view text)
{
    if (text == "true" || text == "yes" || text == "1") return true;
    if (text == "false" || text == "no" || text == "0") return false;
    return invalid(fmt::format("{} takes true or false, not \"{}\".", name, text));
}

Result<void> setParameter(EtlWorkload& etl, std::string_view name, std::string_view value)
{
    if (name != "materialise")
        return invalid(fmt::format("etl has no parameter \"{}\".", name),
                       "It takes materialise=streamed or materialise=loaded.");
    auto parsed = fromName(value, materialiseNames);
    if (!parsed) return parsed.error();
    etl.materialise = *parsed;
    return {};
}

/// Assigns a parsed value or hands its error on.
template <class Target, class Value>
Result<void> assign(Target& target, const Result<Value>& value)
{
    if (!value) return value.error();
    target = static_cast<Target>(*value);
    return {};
}

Result<void> setParameter(LogregWorkload& logreg, std::string_view name, std::string_view value)
{
    if (name == "solver") return assign(logreg.solver, fromName(value, solverNames));
    if (name == "tolerance") return assign(logreg.tolerance, number(name, value));
    if (name == "c") return assign(logreg.c, number(name, value));
    if (name == "test-fraction") return assign(logreg.testFraction, number(name, value));
    if (name == "standardise") return assign(logreg.standardise, truth(name, value));
    if (name == "max-iterations") {
        auto count = number(name, value);
        if (!count) return count.error();
        if (*count != std::floor(*count) || *count < 1 || *count > 1e6)
            return invalid("max-iterations takes a whole number from 1 to 1000000.");
        logreg.maxIterations = static_cast<int>(*count);
        return {};
    }
    return invalid(fmt::format("logreg has no parameter \"{}\".", name),
                   "It takes solver, max-iterations, tolerance, c, standardise and test-fraction.");
}

Result<void> validate(const EtlWorkload& etl)
{
    if (etl.groupBy.empty()) return invalid("The group-by column is missing.");
    if (etl.values.empty()) return invalid("There is no value column to take the mean of.");
    return {};
}

Result<void> validate(const LogregWorkload& logreg)
{
    if (logreg.label.empty()) return invalid("The label column is missing.");
    if (logreg.features.empty()) return invalid("There is no feature column.");
    if (logreg.maxIterations < 1) return invalid("max-iterations must be at least 1.");
    if (!(logreg.tolerance >= 0)) return invalid("tolerance must not be negative.");
    if (!(logreg.c > 0)) return invalid("c must be above 0.", "A larger c penalises less.");
    if (!(logreg.testFraction >= 0 && logreg.testFraction < 1))
        return invalid("test-fraction must be at least 0 and below 1.");
    return {};
}

Json toJson(const EtlWorkload& etl)
{
    return {{"kind", "etl"},
            {"group_by", etl.groupBy},
            {"values", etl.values},
            {"materialise", name(etl.materialise)}};
}

Json toJson(const LogregWorkload& logreg)
{
    return {{"kind", "logreg"},
            {"label", logreg.label},
            {"features", logreg.features},
            {"solver", name(logreg.solver)},
            {"max_iterations", logreg.maxIterations},
            {"tolerance", logreg.tolerance},
            {"c", logreg.c},
            {"standardise", logreg.standardise},
            {"test_fraction", logreg.testFraction}};
}

Result<Workload> etlWorkloadFromJson(const Json& json)
{
    EtlWorkload etl;
    etl.groupBy = fieldOr(json, "group_by", std::string());
    etl.values = fieldOr(json, "values", std::vector<std::string>());
    const auto materialise =
        fromName(fieldOr(json, "materialise", std::string("streamed")), materialiseNames);
    if (!materialise) return materialise.error();
    etl.materialise = *materialise;
    return Workload(etl);
}

Result<Workload> logregWorkloadFromJson(const Json& json)
{
    LogregWorkload logreg;
    logreg.label = fieldOr(json, "label", std::string());
    logreg.features = fieldOr(json, "features", std::vector<std::string>());
    const auto solver = fromName(fieldOr(json, "solver", std::string("lbfgs")), solverNames);
    if (!solver) return solver.error();
    logreg.solver = *solver;
    const auto read = [&](const char* key, auto& target) -> Result<void> {
        auto value = optionalField<std::remove_reference_t<decltype(target)>>(json, key);
        if (!value) return value.error();
        if (*value) target = **value;
        return {};
    };
    if (auto r = read("max_iterations", logreg.maxIterations); !r) return r.error();
    if (auto r = read("tolerance", logreg.tolerance); !r) return r.error();
    if (auto r = read("c", logreg.c); !r) return r.error();
    if (auto r = read("standardise", logreg.standardise); !r) return r.error();
    if (auto r = read("test_fraction", logreg.testFraction); !r) return r.error();
    return Workload(logreg);
}

} // namespace

std::string_view kindName(const Workload& workload)
{
    return std::holds_alternative<EtlWorkload>(workload) ? "etl" : "logreg";
}

std::vector<std::string> columnsOf(const Workload& workload)
{
    const auto join = [](const std::string& key, const std::vector<std::string>& values) {
        std::vector<std::string> columns{key};
        columns.insert(columns.end(), values.begin(), values.end());
        return columns;
    };
    if (const auto* etl = std::get_if<EtlWorkload>(&workload))
        return join(etl->groupBy, etl->values);
    const auto& logreg = std::get<LogregWorkload>(workload);
    return join(logreg.label, logreg.features);
}

Result<void> validate(const Workload& workload)
{
    auto verdict = std::visit([](const auto& kind) { return validate(kind); }, workload);
    if (!verdict) return verdict;
    const auto columns = columnsOf(workload);
    std::set<std::string> distinct;
    for (const auto& column : columns)
        if (!distinct.insert(column).second)
            return invalid(fmt::format("Column \"{}\" is named twice.", column));
    return {};
}

Result<void> setParameter(Workload& workload, std::string_view name, std::string_view value)
{
    return std::visit([&](auto& kind) { return setParameter(kind, name, value); }, workload);
}

std::string_view name(EtlWorkload::Materialise value)
{
    return materialiseNames[static_cast<std::size_t>(value)].second;
}

std::string_view name(LogregWorkload::Solver value)
{
    return solverNames[static_cast<std::size_t>(value)].second;
}

Json toJson(const Workload& workload)
{
    return std::visit([](const auto& kind) { return toJson(kind); }, workload);
}

Result<Workload> workloadFromJson(const Json& json)
{
    const auto kind = field<std::string>(json, "kind");
    if (!kind) return kind.error();
    if (*kind == "etl") return etlWorkloadFromJson(json);
    if (*kind == "logreg") return logregWorkloadFromJson(json);
    return badField("kind", "\"etl\" or \"logreg\"");
}

} // namespace spillway
