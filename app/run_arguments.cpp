#include "app/run_arguments.h"

#include "app/other_format.h"
#include "app/preset_data.h"
#include "app/row_count.h"
#include "app/run_data.h"
#include "app/terminal.h"
#include "app/written_job.h"
#include "base/files.h"
#include "base/json.h"
#include "data/file_stamp.h"
#include "experiment/presets.h"
#include "host/parquet.h"
#include "measure/machine.h"
#include "workloads/shipped_jobs.h"
#include "workloads/workload_type.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

namespace spillway {
namespace {

bool isBareNumber(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The limits in a list. What could be one size with a decimal comma is rejected: "2,5GB" would be
/// a limit of two bytes and one of 5 GB.
Result<std::vector<std::string>> limitsIn(const std::string& list)
{
    std::vector<std::string> limits = CLI::detail::split(list, ',');
    for (std::size_t i = 0; i + 1 < limits.size(); ++i)
        if (isBareNumber(limits[i]) && !isBareNumber(limits[i + 1]) && limits[i + 1] != "none")
            return invalidArgument(
                fmt::format("\"{0},{1}\" may be one memory limit or two.", limits[i],
                            limits[i + 1]),
                fmt::format("Write {0}.{1} for one, or every limit with its unit for several.",
                            limits[i], limits[i + 1]));
    return limits;
}

Result<void> applyMemoryLimits(const RunArguments& arguments, Plan& plan)
{
    if (arguments.memoryLimits.empty()) return {};
    plan.memoryLimit.reset();
    plan.furtherLimits.clear();
    std::vector<std::string> texts;
    for (const auto& list : arguments.memoryLimits) {
        const auto limits = limitsIn(list);
        if (!limits) return limits.error();
        texts.insert(texts.end(), limits->begin(), limits->end());
    }
    for (const auto& text : texts) {
        if (text == "none") continue;
        const auto limit = parseBytes(text);
        if (!limit) return limit.error();
        if (plan.memoryLimit)
            plan.furtherLimits.push_back(*limit);
        else
            plan.memoryLimit = *limit;
    }
    return {};
}

Result<void> applyBudget(const RunArguments& arguments, Plan& plan)
{
    if (arguments.budget.empty()) return {};
    plan.budget.reset();
    if (arguments.budget == "none") return {};
    const auto budget = parseDuration(arguments.budget);
    if (!budget)
        return invalidArgument(fmt::format("--budget: {}", budget.error().message),
                               "For instance 2min, 90s or 1h30min, or none.");
    plan.budget = *budget;
    return {};
}

Result<void> applyLimits(const RunArguments& arguments, Plan& plan)
{
    if (auto applied = applyMemoryLimits(arguments, plan); !applied) return applied;
    if (!arguments.timeout.empty()) {
        const auto timeout = parseDuration(arguments.timeout);
        if (!timeout) return timeout.error();
        plan.timeout = *timeout;
    }
    if (auto applied = applyBudget(arguments, plan); !applied) return applied;
    if (!arguments.maxScratch.empty()) {
        const auto scratch = parseBytes(arguments.maxScratch);
        if (!scratch) return scratch.error();
        plan.maxScratch = *scratch;
    }
    if (!arguments.cache.empty()) {
        const auto cache = cacheStateFromName(arguments.cache);
        if (!cache) return cache.error();
        plan.cache = *cache;
    }
    return {};
}

/// Options that were given override what a preset or a default says.
Result<void> applyOptions(const RunArguments& arguments, Plan& plan)
{
    if (!arguments.engines.empty()) {
        plan.engines.clear();
        for (const auto& engine : arguments.engines)
            plan.engines.push_back(engineChoiceFrom(engine));
    }
    if (!arguments.workers.empty()) plan.workers = arguments.workers;
    if (arguments.repeats) {
        plan.repeats = *arguments.repeats;
        plan.untilDecided = false;
    }
    if (arguments.untilDecided) plan.untilDecided = true;
    if (arguments.warmup) plan.warmup = *arguments.warmup;
    if (arguments.seed) plan.seed = *arguments.seed;
    if (!arguments.address.empty()) plan.address = arguments.address;
    if (!arguments.scratch.empty()) plan.scratch = arguments.scratch;
    for (const auto& parameter : arguments.parameters) {
        const auto equals = parameter.find('=');
        if (equals == std::string::npos || equals == 0)
            return invalidArgument(fmt::format("--param takes NAME=VALUE, not \"{}\".", parameter));
        plan.parameters[parameter.substr(0, equals)] = parameter.substr(equals + 1);
    }
    return applyLimits(arguments, plan);
}

/// Of a preset's suite only the job that is named where a text may be given, or the one that is
/// written there.
Result<void> chooseJob(const RunArguments& arguments, const std::string& suite, Plan& plan)
{
    const auto jobs = shippedJobs(suite);
    for (const auto& [option, given] : arguments.texts) {
        const auto found = std::ranges::find(jobs, given, &ShippedJob::name);
        if (found == jobs.end()) continue;
        auto workload = workloadOf(*found);
        if (!workload) return workload.error();
        plan.workloads = {std::move(*workload)};
        return {};
    }
    const auto texts = writtenTexts(arguments);
    if (!texts) return texts.error();
    if (texts->empty()) return {};
    Workload workload{.kind = plan.workloads.front().kind};
    if (auto added = addTexts(*texts, workload); !added) return added;
    plan.workloads = {std::move(workload)};
    return {};
}

/// A preset with jobs of its own, on its tables or on those that were given.
Result<Plan> planFromSuite(const RunArguments& arguments, const EngineRegistry& registry,
                           const std::string& suite, Plan plan, std::stop_token stop)
{
    if (!arguments.workload.empty() && arguments.workload != plan.workloads.front().kind)
        return invalidArgument(
            fmt::format("The preset {} has jobs of its own.", arguments.preset),
            "Leave out --workload; --job chooses one of them (spillway job list).");
    const auto rows = parseRows(arguments.rows.empty() ? "1M" : arguments.rows);
    if (!rows) return rows.error();
    if (auto chosen = chooseJob(arguments, suite, plan); !chosen) return chosen.error();
    if (auto applied = applyOptions(arguments, plan); !applied) return applied.error();
    auto inputs = arguments.inputs;
    if (arguments.data.empty() && inputs.empty()) {
        auto tables = suiteData(suite, *rows, stop);
        if (!tables) return tables.error();
        inputs = std::move(*tables);
    }
    if (auto added =
            addData(arguments, arguments.data, inputs, parquetReader(registry, stop), plan);
        !added)
        return added.error();
    return plan;
}

/// Limits of a preset that is about a proportion of data to memory.
void fitToData(const EngineRegistry& registry, Plan& plan)
{
    const auto words = fitLimits({.data = largestData(plan),
                                  .least = leastLimit(plan, registry.engines()),
                                  .most = defaultMemoryLimit()},
                                 plan);
    if (!words.empty()) toStderr("Note: {}\n", words);
}

Result<Plan> planFromPreset(const RunArguments& arguments, const EngineRegistry& registry,
                            std::stop_token stop)
{
    auto plan = preset(arguments.preset, presetContext(registry.engines()));
    if (!plan) return plan;
    if (const auto suite = presetSuite(arguments.preset); !suite.empty())
        return planFromSuite(arguments, registry, suite, std::move(*plan), std::move(stop));
    if (!arguments.rows.empty())
        return invalidArgument(
            fmt::format("The preset {} has no tables of its own.", arguments.preset),
            "Leave out --rows; --scale makes its data smaller.");
    if (!arguments.workload.empty()) {
        auto workload = workloadOf(arguments.workload);
        if (!workload) return workload.error();
        plan->workloads = {std::move(*workload)};
    }
    if (auto applied = applyOptions(arguments, *plan); !applied) return applied.error();
    auto sources = arguments.data;
    if (sources.empty()) {
        auto generated = presetData(arguments.preset, arguments.scale, stop);
        if (!generated) return generated.error();
        sources = std::move(*generated);
    }
    if (auto added =
            addData(arguments, sources, arguments.inputs, parquetReader(registry, stop), *plan);
        !added)
        return added.error();
    if (arguments.memoryLimits.empty()) fitToData(registry, *plan);
    return plan;
}

Result<Plan> planFromOptions(const RunArguments& arguments, const EngineRegistry& registry,
                             const std::stop_token& stop)
{
    const auto texts = writtenTexts(arguments);
    if (!texts) return texts.error();
    const auto inputs = inputsFor(arguments, *texts);
    const bool given = !arguments.data.empty() || !inputs.empty();
    const auto* type = findWorkloadType(kindOf(arguments));
    if (!given && (!type || type->takesData))
        return invalidArgument("There is no data to run on.",
                               "Give --data PATH, a plan file, or --preset quick.");
    if (given && type && !type->takesData)
        return invalidArgument(fmt::format("The workload {} reads no data.", type->id),
                               "Leave out --data and --input.");
    if (arguments.engines.empty())
        return invalidArgument("Say which engines to run with --engine.",
                               "`spillway engines` lists them.");
    auto workload = workloadOf(kindOf(arguments));
    if (!workload) return workload.error();
    if (auto added = addTexts(*texts, *workload); !added) return added.error();
    Plan plan;
    plan.workloads = {std::move(*workload)};
    plan.workers = {std::min(2, usableCores())};
    plan.memoryLimit = defaultMemoryLimit();
    if (auto applied = applyOptions(arguments, plan); !applied) return applied.error();
    if (auto added =
            addData(arguments, arguments.data, inputs, parquetReader(registry, stop), plan);
        !added)
        return added.error();
    return plan;
}

Result<Plan> planFromFile(const RunArguments& arguments)
{
    if (!arguments.data.empty() || !arguments.inputs.empty() || !arguments.preset.empty())
        return invalidArgument(
            "A plan file names its data and its cells: leave out --data and --preset.");
    const auto hints = hintsFrom(arguments.dialect);
    if (!hints) return hints.error();
    if (*hints != SchemaHints())
        return invalidArgument("A plan file already says how to read its data.",
                               "Change the fields of its datasets' schema (docs/protocol.md).");
    constexpr Bytes longestPlan = Bytes(16) << 20; // 1,000 datasets of some hundred columns
    const auto text = readFile(arguments.planFile, longestPlan);
    if (!text) return text.error();
    const auto json = parseJson(*text);
    if (!json)
        return invalidArgument(
            fmt::format("{} is not a plan: {}", arguments.planFile, json.error().message));
    auto plan = planFromJson(*json);
    if (!plan)
        return invalidArgument(fmt::format("{}: {}", arguments.planFile, describe(plan.error())));
    for (const auto& dataset : plan->datasets)
        for (const auto& path : dataset.paths)
            if (auto checked = checkDataPath(path); !checked) return checked.error();
    if (auto applied = applyOptions(arguments, *plan); !applied) return applied.error();
    return plan;
}

/// The plan's data in each of the formats that were asked for.
Result<void> addFormats(const RunArguments& arguments, const EngineRegistry& registry, Plan& plan,
                        const std::stop_token& stop)
{
    if (arguments.format.empty()) return {};
    const auto formats = formatsFrom(arguments.format);
    if (!formats) return formats.error();
    const auto given = std::exchange(plan.datasets, {});
    const auto isCopy = [&](const Dataset& dataset) { // of another one in the plan: made again
        return !dataset.origin.empty() &&
               std::ranges::find(given, dataset.origin, &Dataset::fingerprint) != given.end();
    };
    for (const auto& dataset : given) {
        if (isCopy(dataset)) continue;
        if (isNoData(dataset)) {
            plan.datasets.push_back(dataset);
            continue;
        }
        for (const auto format : *formats) {
            auto made = inFormat(registry, dataset, format, stop);
            if (!made) return made.error();
            plan.datasets.push_back(std::move(*made));
        }
    }
    return {};
}

} // namespace

bool continuesSession(const RunArguments& arguments)
{
    return arguments.continuePlan && arguments.data.empty() && arguments.inputs.empty() &&
           arguments.planFile.empty() && arguments.preset.empty();
}

Result<Plan> planOfSession(const RunArguments& arguments, const SessionStore& store)
{
    // Options that are not part of a plan; any other would change the plan.
    static const std::set<std::string> allowed{
        "--session", "--continue", "--ignore-failure", "--dry-run",
        "--json",    "--budget",   "--until-decided",  "--rerun-failed"};
    for (const auto& option : arguments.given)
        if (!allowed.contains(option))
            return invalidArgument(fmt::format("{} cannot be combined with --continue alone, which "
                                               "runs the session's last plan unchanged.",
                                               option),
                                   "Leave it out, or give the whole plan (--data, --engine, …).");
    const auto plans = store.plans();
    if (!plans) return plans.error();
    if (plans->empty())
        return invalidArgument(fmt::format("{} holds no plan to continue.", store.path().string()),
                               "Say what to run with --data.");
    auto plan = planFromText(plans->back().text);
    if (!plan)
        return invalidArgument(fmt::format("The last plan of {} cannot be read: {}",
                                           store.path().string(), describe(plan.error())));
    if (auto applied = applyBudget(arguments, *plan); !applied) return applied.error();
    if (arguments.untilDecided) plan->untilDecided = true;
    return plan;
}

Result<Plan> planFromArguments(const RunArguments& arguments, const EngineRegistry& registry,
                               std::stop_token stop)
{
    if (!arguments.rows.empty() && arguments.preset.empty())
        return invalidArgument("--rows goes with a preset that has tables of its own.",
                               "For instance --preset tpch --rows 10M.");
    auto plan = !arguments.planFile.empty() ? planFromFile(arguments)
                : !arguments.preset.empty() ? planFromPreset(arguments, registry, stop)
                                            : planFromOptions(arguments, registry, stop);
    if (!plan) return plan;
    completeData(*plan);
    if (auto added = addFormats(arguments, registry, *plan, stop); !added) return added.error();
    for (const auto& choice : plan->engines)
        if (!registry.find(choice.id))
            return invalidArgument(fmt::format("There is no engine \"{}\".", choice.id),
                                   "`spillway engines` lists them.");
    if (auto valid = plan->validate(); !valid) return valid.error();
    return plan;
}

} // namespace spillway
