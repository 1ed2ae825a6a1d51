#include "experiment/plan.h"

#include "base/json.h"
#include "protocol/decision_looks.h"
#include "workloads/workload_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

constexpr int maxWorkers = 4096;
constexpr int maxRepeats = 1000;

/// Every workload has data to read, or needs none, and nothing is left over.
Result<void> checkHasData(const Plan& plan)
{
    for (const auto& workload : plan.workloads) {
        const bool takesData = typeOf(workload).takesData;
        if (std::ranges::any_of(plan.datasets, [&](const Dataset& dataset) {
                return isNoData(dataset) != takesData;
            }))
            continue;
        return takesData ? invalidArgument("The plan has no dataset.")
                         : makeError(ErrorCode::Internal, "The plan's data are not complete.");
    }
    const bool reads =
        plan.workloads.empty() ||
        std::ranges::any_of(plan.workloads, [](const Workload& w) { return typeOf(w).takesData; });
    for (const auto& dataset : plan.datasets)
        if (!reads && !isNoData(dataset))
            return invalidArgument(
                fmt::format("No workload of the plan reads data, and it has \"{}\".", dataset.name),
                "Leave the data out.");
    return {};
}

Result<void> checkDatasets(const std::vector<Dataset>& datasets)
{
    if (datasets.empty()) return invalidArgument("The plan has no dataset.");
    std::set<std::string> fingerprints;
    for (const auto& dataset : datasets) {
        if (dataset == noData()) continue;
        if (dataset.paths.empty())
            return invalidArgument(fmt::format("Dataset \"{}\" has no file.", dataset.name));
        for (const auto& path : dataset.paths)
            if (!path.is_absolute())
                return invalidArgument(
                    fmt::format("\"{}\" is not an absolute path.", path.string()));
        if (auto schema = dataset.schema.validate(); !schema) return schema;
        if (dataset.fingerprint.empty())
            return invalidArgument(fmt::format("Dataset \"{}\" has no fingerprint.", dataset.name));
        if (!fingerprints.insert(dataset.fingerprint).second)
            return invalidArgument(
                fmt::format("Dataset \"{}\" is in the plan twice.", dataset.name));
    }
    return {};
}

/// The workload as it will be, with stand-ins for columns that are chosen later.
Workload withAnyColumns(Workload workload)
{
    for (const auto& role : typeOf(workload).roles)
        if (columnsFor(workload, role.name).empty())
            workload.columns[role.name] = {"\n" + role.name};
    return workload;
}

/// "etl takes materialise; logreg takes solver, max-iterations"
std::string allParameters()
{
    std::string text;
    for (const auto* type : workloadTypes())
        if (!type->parameters.empty())
            text += fmt::format("{}{} takes {}", text.empty() ? "" : "; ", type->id,
                                parameterNames(*type));
    return text;
}

Result<void> checkWorkloads(const Plan& plan)
{
    if (plan.workloads.empty())
        return invalidArgument("The plan has no workload.",
                               fmt::format("Add {}.", workloadNames()));
    for (const auto& workload : plan.workloads) {
        const auto whole = withParameters(workload, plan.parameters);
        if (!whole) return whole.error();
        if (auto valid = validate(withAnyColumns(*whole)); !valid) return valid;
    }
    for (const auto& [name, value] : plan.parameters)
        if (std::ranges::none_of(plan.workloads, [&name = name](const Workload& w) {
                return takesParameter(w, name);
            }))
            return invalidArgument(
                fmt::format("No workload of the plan has a parameter \"{}\".", name),
                allParameters() + ".");
    return {};
}

Result<void> checkCounts(const Plan& plan)
{
    if (plan.engines.empty()) return invalidArgument("The plan has no engine.");
    for (const auto& engine : plan.engines)
        if (engine.id.empty()) return invalidArgument("An engine of the plan has no name.");
    if (plan.workers.empty()) return invalidArgument("The plan has no number of workers.");
    for (const int workers : plan.workers)
        if (workers < 1 || workers > maxWorkers)
            return invalidArgument(fmt::format(
                "The number of workers must be between 1 and {1}, not {0}.", workers, maxWorkers));
    if (plan.repeats < 1 || plan.repeats > maxRepeats)
        return invalidArgument(fmt::format(
            "The number of repeats must be between 1 and {1}, not {0}.", plan.repeats, maxRepeats));
    if (plan.warmup < 0 || plan.warmup > maxRepeats)
        return invalidArgument(
            fmt::format("The number of warm-up runs must be between 0 and {1}, not {0}.",
                        plan.warmup, maxRepeats));
    return {};
}

Result<void> checkLimits(const Plan& plan)
{
    if (!(plan.timeout > Seconds(0)) || plan.timeout > Seconds(1e9))
        return invalidArgument("The time-out must be above 0.");
    if (plan.budget && (!(*plan.budget > Seconds(0)) || *plan.budget > Seconds(1e9)))
        return invalidArgument("The time budget must be above 0.",
                               "For instance 2min, or none for a plan without a time limit.");
    if (!plan.memoryLimit && !plan.furtherLimits.empty())
        return invalidArgument("A plan without a memory limit cannot have further limits.");
    for (const auto& limit : limitsOf(plan))
        if (limit && *limit <= 0) return invalidArgument("The memory limit must be above 0.");
    if (plan.maxScratch && *plan.maxScratch < 0)
        return invalidArgument("The limit of scratch space must not be negative.");
    if (!plan.scratch.empty() && !plan.scratch.starts_with('/'))
        return invalidArgument(
            fmt::format("The scratch directory \"{}\" is not an absolute path.", plan.scratch));
    return {};
}

Result<void> checkSize(const Plan& plan)
{
    double runs = (plan.untilDecided ? decisionLooks.back() : plan.repeats) + plan.warmup;
    for (const auto count : {plan.datasets.size(), plan.workloads.size(), plan.engines.size(),
                             plan.workers.size(), limitsOf(plan).size()})
        runs *= static_cast<double>(count);
    if (runs <= static_cast<double>(Plan::maxRuns)) return {};
    return invalidArgument(fmt::format("The plan has {:.3g} runs; at most {} are allowed.", runs,
                                       formatCount(Plan::maxRuns)));
}

} // namespace

EngineChoice engineChoiceFrom(const std::string& text)
{
    const auto colon = text.find(':');
    if (colon == std::string::npos) return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

Result<void> Plan::validate() const
{
    if (auto r = checkDatasets(datasets); !r) return r;
    if (auto r = checkWorkloads(*this); !r) return r;
    if (auto r = checkHasData(*this); !r) return r;
    if (auto r = checkCounts(*this); !r) return r;
    if (auto r = checkLimits(*this); !r) return r;
    return checkSize(*this);
}

void completeData(Plan& plan)
{
    const bool needed = std::ranges::any_of(
        plan.workloads, [](const Workload& workload) { return !typeOf(workload).takesData; });
    if (needed && std::ranges::none_of(plan.datasets, isNoData)) plan.datasets.push_back(noData());
}

int firstRoundsOf(const Plan& plan)
{
    return plan.untilDecided ? decisionLooks.front() : plan.repeats;
}

std::vector<std::optional<Bytes>> limitsOf(const Plan& plan)
{
    std::vector<std::optional<Bytes>> limits{plan.memoryLimit};
    for (const Bytes limit : plan.furtherLimits)
        if (std::ranges::find(limits, std::optional(limit)) == limits.end())
            limits.emplace_back(limit);
    return limits;
}

Bytes largestData(const Plan& plan)
{
    Bytes largest = 0;
    for (const Dataset& dataset : plan.datasets)
        largest = std::max(largest, dataset.bytes);
    return largest;
}

std::vector<int> workersOf(const Plan& plan, std::optional<int> mostWorkers)
{
    const bool any = !mostWorkers || std::ranges::any_of(plan.workers, [&](int workers) {
        return workers <= *mostWorkers;
    });
    return any ? plan.workers : std::vector{*mostWorkers};
}

bool takesParameter(const Workload& workload, const std::string& name)
{
    return std::ranges::any_of(typeOf(workload).parameters, [&](const Parameter& parameter) {
        return dashed(parameter.name) == name;
    });
}

Result<Workload> withParameters(Workload workload,
                                const std::map<std::string, std::string>& parameters)
{
    for (const auto& [name, value] : parameters)
        if (takesParameter(workload, name))
            if (auto set = setParameter(workload, name, value); !set) return set.error();
    return workload;
}

} // namespace spillway
