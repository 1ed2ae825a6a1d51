#include "work/session_view.h"

#include "base/json.h"
#include "data/dataset_manifest.h"
#include "experiment/presets.h"
#include "experiment/time_budget.h"
#include "host/engine_registry.h"
#include "measure/machine.h"
#include "work/engine_facts.h"

#include <algorithm>

namespace spillway {
namespace {

/// From a generated dataset's manifest.
void addLevels(const SessionStore& store, std::vector<Comparison>& comparisons)
{
    for (auto& comparison : comparisons) {
        const auto facts = store.datasetFacts(comparison.key.dataset);
        if (!facts || facts->empty()) continue;
        if (const auto manifest = datasetManifestFromJson(*facts))
            addLevelsOf(*manifest, comparison);
    }
}

} // namespace

Result<SessionView> openSessionView(const std::filesystem::path& path,
                                    std::optional<int> baselineWorkers, TimeMeasure time)
{
    const auto store = SessionStore::openReadOnly(path);
    if (!store) return store.error();
    auto records = store->runs();
    if (!records) return records.error();
    auto environments = store->environments();
    if (!environments) return environments.error();
    auto datasets = store->datasets();
    if (!datasets) return datasets.error();
    auto notes = store->notes();
    if (!notes) return notes.error();
    const auto plans = store->plans();
    if (!plans) return plans.error();
    SessionView view{.path = path,
                     .records = std::move(*records),
                     .environments = std::move(*environments),
                     .datasets = std::move(*datasets),
                     .notes = std::move(*notes),
                     .leftOut = leftOutSentences(*plans),
                     .repeatsThePaper = repeatsThePaper(*plans)};
    // Cores of the machine that measured, not of the one that reads the session.
    const int cores =
        view.environments.empty() ? usableCores() : view.environments.back().coresUsable;
    const EngineRegistry registry(EngineRegistry::defaultLocations());
    view.engines = catalogueOf(registry.engines());
    view.engines.include(view.records);
    view.comparisons =
        compare(view.records, cores,
                {.baselineWorkers = baselineWorkers, .time = time, .engines = view.engines});
    addLevels(*store, view.comparisons);
    for (auto& comparison : view.comparisons) {
        if (!view.environments.empty()) comparison.ram = view.environments.back().ram;
        if (const auto* dataset = view.dataset(comparison.key.dataset); dataset && dataset->rows)
            comparison.rows = dataset->rows;
    }
    return view;
}

const Dataset* SessionView::dataset(const std::string& fingerprint) const
{
    const auto found = std::ranges::find(datasets, fingerprint, &Dataset::fingerprint);
    return found == datasets.end() ? nullptr : &*found;
}

} // namespace spillway
