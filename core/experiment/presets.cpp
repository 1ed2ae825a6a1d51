#include "experiment/presets.h"

#include "base/json.h"
#include "measure/machine.h"
#include "workloads/etl/etl.h"
#include "workloads/logreg/logreg.h"

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

/// Two significant digits, rounded down: a limit that is easy to read.
Bytes rounded(Bytes bytes)
{
    if (bytes < 100) return bytes;
    const auto unit =
        static_cast<Bytes>(std::pow(10.0, std::floor(std::log10(static_cast<double>(bytes))) - 1));
    return bytes / unit * unit;
}

Workload loadedEtl()
{
    EtlWorkload etl;
    etl.materialise = EtlWorkload::Materialise::Loaded;
    return etl;
}

void makeQuick(Plan& plan, const PresetContext& context)
{
    plan.workloads = {EtlWorkload{}};
    plan.workers = {context.usableCores};
    plan.repeats = 5; // the fewest that allow a verdict
    plan.budget = Seconds(120);
}

void makePaper(Plan& plan, const PresetContext&)
{
    const std::vector<EngineChoice> studied{
        {"dask", "naive"}, {"ray", "naive"}, {"chunked", {}}, {"objectstore", {}}};
    std::vector<EngineChoice> chosen;
    for (const auto& engine : studied)
        if (std::ranges::find(plan.engines, engine.id, &EngineChoice::id) != plan.engines.end())
            chosen.push_back(engine);
    if (!chosen.empty()) plan.engines = std::move(chosen);
    plan.workloads = {EtlWorkload{}, LogregWorkload{}};
    plan.workers = {2, 4, 8, 16};
    // Each round starts Dask and Ray 32 times, some twelve minutes on two cores: half an hour has
    // room for the warm-up and one more. The plan can be extended.
    plan.repeats = 1;
}

void makeSweep(Plan& plan, const PresetContext& context)
{
    plan.workloads = {EtlWorkload{}};
    plan.workers = sweepCounts(context.usableCores);
}

void makeSqueeze(Plan& plan, const PresetContext& context)
{
    constexpr int halvings = 6;
    plan.workloads = {loadedEtl()};
    plan.workers = {context.usableCores};
    plan.repeats = 3;
    Bytes limit = plan.memoryLimit.value_or(smallestLimit);
    for (int i = 0; i < halvings && limit / 2 >= smallestLimit; ++i) {
        limit = rounded(limit / 2);
        plan.furtherLimits.push_back(limit);
    }
}

struct Recipe {
    const char* id;
    void (*make)(Plan&, const PresetContext&);
};
constexpr Recipe recipes[]{
    {"quick", makeQuick}, {"paper", makePaper}, {"sweep", makeSweep}, {"squeeze", makeSqueeze}};

} // namespace

std::vector<std::string> presetIds()
{
    std::vector<std::string> ids;
    for (const auto& recipe : recipes)
        ids.emplace_back(recipe.id);
    return ids;
}

PresetContext presetContext(const std::vector<EngineInfo>& engines)
{
    return {.usableCores = usableCores(),
            .memoryLimit = defaultMemoryLimit(),
            .readyEngines = readyIds(engines)};
}

Result<Plan> preset(const std::string& id, const PresetContext& context)
{
    const auto recipe = std::ranges::find_if(recipes, [&](const Recipe& r) { return r.id == id; });
    if (recipe == std::end(recipes))
        return invalidArgument(fmt::format("There is no preset \"{}\".", id),
                               fmt::format("Choose one of {}.", fmt::join(presetIds(), ", ")));
    if (context.readyEngines.empty())
        return makeError(ErrorCode::NotFound, "No engine is ready.",
                         "\"spillway engines\" says how to make one ready.");
    Plan plan;
    for (const auto& engine : context.readyEngines)
        plan.engines.push_back({engine, {}});
    const PresetContext bounded{.usableCores = std::max(1, context.usableCores),
                                .memoryLimit = std::max(smallestLimit, context.memoryLimit),
                                .readyEngines = {}};
    plan.memoryLimit = bounded.memoryLimit;
    recipe->make(plan, bounded);
    plan.preset = id;
    return plan;
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
    if (presetId == "paper")
        return {{"paper-full", Bytes(8'570) << 20, 0}, {"paper-half", Bytes(4'260) << 20, 0}};
    if (presetId == "quick") return {{"quick", 100'000'000, 4}};
    return {{presetId, 2'000'000'000, 4}};
}

} // namespace spillway
