#include "experiment/presets.h"

#include "base/json.h"
#include "experiment/expand.h"
#include "measure/machine.h"
#include "workloads/shipped_jobs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr Bytes smallestLimit = 64'000'000;

/// 1, 2, 3, 4, 6, 8, 12, 16 … up to the cores, the cores themselves, and twice as many: a fit of
/// the scaling wants seven counts, and the last shows what too many workers do.
std::vector<int> sweepCounts(int cores)
{
    std::vector<int> counts;
    for (int count = 1; count < cores; count *= 2) {
        counts.push_back(count);
        if (count >= 2 && count + count / 2 < cores) counts.push_back(count + count / 2);
    }
    counts.push_back(cores);
    counts.push_back(2 * cores);
    return counts;
}

/// Significant digits, rounded down: a limit that is easy to read.
Bytes rounded(Bytes bytes, int digits = 2)
{
    const double places = std::floor(std::log10(static_cast<double>(std::max<Bytes>(1, bytes))));
    if (places < digits) return bytes;
    const auto unit = static_cast<Bytes>(std::pow(10.0, places + 1 - digits));
    return bytes / unit * unit;
}

/// A file of core/workloads/<kind>/presets or resources/presets:
///     {"order": place among the presets, "title", "help", "plan": a plan file without data, which
///      may leave out its engines and workers, "workers": "cores" | "sweep", "limit_halvings": how
///      often the memory limit is halved, "data_per_limit": how much larger than the limit the data
///      are, "data": [{"name", "bytes", "signal"}]}; or in place of
///      data "suite": the plan has a workload for each of its jobs, the data are its tables
struct PresetText {
    const char* id;
    const char* text;
};
#define SPILLWAY_PRESET(id, text) PresetText{id, text},
constexpr PresetText presetTexts[]{
#include "presets.inc"
};
#undef SPILLWAY_PRESET

struct Preset {
    std::string id;
    Json json;
};

/// In their order. The files are part of the program: one that is no JSON is a fault of it, and a
/// test reads them all.
std::vector<Preset> presets()
{
    std::vector<Preset> all;
    for (const auto& [id, text] : presetTexts)
        if (auto json = parseJson(text)) all.push_back({id, std::move(*json)});
    std::ranges::sort(all, {},
                      [](const Preset& each) { return fieldOr<int>(each.json, "order", 0); });
    return all;
}

std::optional<Preset> presetOf(const std::string& id)
{
    auto all = presets();
    const auto found = std::ranges::find(all, id, &Preset::id);
    return found == all.end() ? std::nullopt : std::optional(std::move(*found));
}

void chooseWorkers(const Json& json, const PresetContext& context, Plan& plan)
{
    const auto workers = fieldOr(json, "workers", std::string());
    if (workers == "cores") plan.workers = {context.usableCores};
    if (workers == "sweep") plan.workers = sweepCounts(context.usableCores);
}

/// Whether the engine does any of the plan's work.
bool takesPart(const PresetContext& context, const std::string& engine, const Plan& plan)
{
    const auto kinds = context.kinds.find(engine);
    return kinds == context.kinds.end() ||
           std::ranges::any_of(plan.workloads, [&](const Workload& workload) {
               return std::ranges::find(kinds->second, workload.kind) != kinds->second.end();
           });
}

/// Those that are ready; all ready ones where the preset names none or none of its own is ready.
void chooseEngines(const PresetContext& context, Plan& plan)
{
    std::erase_if(plan.engines, [&](const EngineChoice& engine) {
        return std::ranges::find(context.readyEngines, engine.id) == context.readyEngines.end();
    });
    if (!plan.engines.empty()) return;
    for (const auto& engine : context.readyEngines)
        if (takesPart(context, engine, plan)) plan.engines.push_back({engine, {}});
}

/// A workload for each job of the preset's suite.
Result<void> addJobs(const std::string& suite, Plan& plan)
{
    for (const auto& job : shippedJobs(suite)) {
        auto workload = workloadOf(job);
        if (!workload) return workload.error();
        plan.workloads.push_back(std::move(*workload));
    }
    return {};
}

void halveLimits(int halvings, Plan& plan)
{
    plan.furtherLimits.clear();
    Bytes limit = plan.memoryLimit.value_or(smallestLimit);
    for (int i = 0; i < halvings && limit / 2 >= smallestLimit; ++i) {
        limit = rounded(limit / 2);
        plan.furtherLimits.push_back(limit);
    }
}

} // namespace

std::vector<std::string> presetIds()
{
    std::vector<std::string> ids;
    for (const auto& each : presets())
        ids.push_back(each.id);
    return ids;
}

std::string presetTitle(const std::string& id)
{
    const auto found = presetOf(id);
    return found ? fieldOr(found->json, "title", id) : id;
}

std::string presetHelp(const std::string& id)
{
    const auto found = presetOf(id);
    return found ? fieldOr(found->json, "help", std::string()) : std::string();
}

std::string presetSuite(const std::string& id)
{
    const auto found = presetOf(id);
    return found ? fieldOr(found->json, "suite", std::string()) : std::string();
}

PresetContext presetContext(const std::vector<EngineInfo>& engines)
{
    PresetContext context{.usableCores = usableCores(),
                          .memoryLimit = defaultMemoryLimit(),
                          .readyEngines = readyIds(engines)};
    for (const auto& engine : engines)
        context.kinds[engine.manifest.id] = engine.manifest.workloads();
    return context;
}

Result<Plan> preset(const std::string& id, const PresetContext& context)
{
    const auto found = presetOf(id);
    if (!found)
        return invalidArgument(fmt::format("There is no preset \"{}\".", id),
                               fmt::format("Choose one of {}.", fmt::join(presetIds(), ", ")));
    if (context.readyEngines.empty())
        return makeError(ErrorCode::NotFound, "No engine is ready.",
                         "\"spillway engines\" says how to make one ready.");
    auto plan = planFromJson(fieldOr(found->json, "plan", Json()));
    if (!plan) return plan;
    if (auto added = addJobs(fieldOr(found->json, "suite", std::string()), *plan); !added)
        return added.error();
    const PresetContext bounded{.usableCores = std::max(1, context.usableCores),
                                .memoryLimit = std::max(smallestLimit, context.memoryLimit),
                                .readyEngines = context.readyEngines,
                                .kinds = context.kinds};
    plan->memoryLimit = bounded.memoryLimit;
    chooseWorkers(found->json, bounded, *plan);
    chooseEngines(bounded, *plan);
    halveLimits(fieldOr<int>(found->json, "limit_halvings", 0), *plan);
    plan->preset = id;
    return plan;
}

Bytes leastLimit(const Plan& plan, const std::vector<EngineInfo>& engines)
{
    Bytes least = 0;
    for (const auto& engine : engines)
        if (std::ranges::find(plan.engines, engine.manifest.id, &EngineChoice::id) !=
            plan.engines.end())
            least = std::max(least, leastLimitOf(engine.manifest));
    return least;
}

bool limitsFollowData(const std::string& id)
{
    const auto found = presetOf(id);
    return found &&
           (found->json.contains("data_per_limit") || found->json.contains("limit_halvings"));
}

std::string fitLimits(const LimitBounds& bounds, Plan& plan)
{
    const auto found = presetOf(plan.preset);
    if (!found || bounds.data <= 0) return {};
    if (const int halvings = fieldOr<int>(found->json, "limit_halvings", 0); halvings > 0) {
        plan.memoryLimit =
            std::clamp(rounded(bounds.data), smallestLimit, std::max(smallestLimit, bounds.most));
        halveLimits(halvings, plan);
        if (!plan.furtherLimits.empty()) return {};
        return fmt::format("{} halves the memory limit from the size of the data down to {}: {} of "
                           "data leave no room for that.",
                           fieldOr(found->json, "title", plan.preset), formatBytes(smallestLimit),
                           formatBytes(bounds.data));
    }
    const double ratio = fieldOr<double>(found->json, "data_per_limit", 0);
    if (ratio <= 0) return {};
    const auto wanted = rounded(static_cast<Bytes>(static_cast<double>(bounds.data) / ratio), 3);
    const Bytes least = std::max(smallestLimit, bounds.least);
    plan.memoryLimit = std::clamp(wanted, least, std::max(least, bounds.most));
    const auto dataAt = [&](Bytes limit) {
        return formatBytes(static_cast<Bytes>(static_cast<double>(limit) * ratio));
    };
    const auto title = fieldOr(found->json, "title", plan.preset);
    if (wanted < least)
        return fmt::format("{} has {} times as much data as memory. These engines need {}, so that "
                           "takes {} of data; here there are {}.",
                           title, ratio, formatBytes(least), dataAt(least),
                           formatBytes(bounds.data));
    if (wanted > *plan.memoryLimit)
        return fmt::format("{} has {} times as much data as memory: {} on this machine; here there "
                           "are {}.",
                           title, ratio, dataAt(*plan.memoryLimit), formatBytes(bounds.data));
    return {};
}

bool repeatsThePaper(const std::vector<StoredPlan>& plans)
{
    return std::ranges::any_of(plans, [](const StoredPlan& stored) {
        const auto plan = parseJson(stored.text);
        return plan && fieldOr<std::string>(*plan, "preset", {}) == "paper";
    });
}

Bytes PresetFile::scaledTo(double scale) const
{
    return static_cast<Bytes>(static_cast<double>(bytes) * scale);
}

std::vector<PresetFile> presetFiles(const std::string& presetId)
{
    std::vector<PresetFile> files;
    const auto found = presetOf(presetId);
    if (!found) return files;
    for (const Json& file : fieldOr(found->json, "data", Json::array()))
        files.push_back({fieldOr(file, "name", std::string()), fieldOr<Bytes>(file, "bytes", 0),
                         fieldOr<double>(file, "signal", 0)});
    return files;
}

} // namespace spillway
