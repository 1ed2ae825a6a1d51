#include "work/workbench.h"

#include "base/json.h"
#include "experiment/dataset_identity.h"
#include "measure/machine.h"
#include "work/engine_facts.h"
#include "work/session_title.h"
#include "work/text.h"

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

constexpr std::chrono::milliseconds lookInterval(1000);

} // namespace

Workbench::Workbench(EngineRegistry::Locations locations, Settings settings, SettingsWriter writer,
                     QObject* parent)
    : QObject(parent),
      settings_(std::move(settings)),
      writer_(std::move(writer)),
      locations_(std::move(locations)),
      usableCores_(spillway::usableCores()),
      engineSetup_(locations_)
{
    connect(&engineSetup_, &EngineSetup::environmentsChanged, this, &Workbench::reloadEngines);
    lookTimer_.setInterval(lookInterval);
    connect(&lookTimer_, &QTimer::timeout, this, &Workbench::look);
    lookTimer_.start();
    reloadEngines();
    recent_.set(settings_.recentSessions);
}

Workbench::~Workbench() = default;

QString Workbench::sessionName() const
{
    return hasSession() ? sessionTitle(sessionBrief()) : tr("No session");
}

SessionBrief Workbench::sessionBrief() const
{
    SessionBrief brief{.path = sessionPath_, .name = content_.name, .tags = content_.tags};
    for (const Dataset& dataset : content_.datasets)
        brief.datasets.push_back(dataset.name);
    std::set<std::pair<std::string, std::string>> engines;
    for (const RunRecord& record : content_.records) {
        if (record.warmup) continue;
        ++brief.runs;
        engines.emplace(record.cell.engine, record.cell.profile);
        if (brief.began.empty()) brief.began = record.startedAt;
    }
    brief.engines = static_cast<int>(engines.size());
    if (brief.began.empty() && !content_.plans.empty())
        brief.began = content_.plans.front().createdAt;
    return brief;
}

DatasetState Workbench::datasetState(const std::string& fingerprint) const
{
    const auto found = datasetStates_.find(fingerprint);
    return found == datasetStates_.end() ? DatasetState::Checking : found->second;
}

std::optional<DatasetManifest> Workbench::provenManifestOf(const std::string& fingerprint) const
{
    if (content_.unproven.contains(fingerprint)) return std::nullopt;
    return manifestOf(fingerprint);
}

std::optional<DatasetManifest> Workbench::manifestOf(const std::string& fingerprint) const
{
    const auto found = content_.manifests.find(fingerprint);
    if (found == content_.manifests.end()) return std::nullopt;
    return found->second;
}

void Workbench::addDataset(const OpenedDataset& opened)
{
    withSession(this, [this, opened] {
        keeper_.ask(
            this,
            [opened](std::optional<SessionStore>& store) -> Result<void> {
                if (!store) return noSession();
                return store->addDataset(opened.dataset, factsToKeep(opened));
            },
            [this, opened](const Result<void>& added) {
                if (!added) {
                    emit failed(added.error());
                    return;
                }
                const std::string& fingerprint = opened.dataset.fingerprint;
                std::erase_if(content_.datasets, [&](const Dataset& dataset) {
                    return dataset.fingerprint == fingerprint;
                });
                content_.datasets.push_back(opened.dataset);
                keepManifest(content_, fingerprint, factsToKeep(opened));
                datasetStates_[fingerprint] = stateOf(opened);
                emit datasetsChanged();
                emit datasetAdded(text(fingerprint));
            });
    });
}

void Workbench::addRecord(const RunRecord& record)
{
    content_.records.push_back(record);
    emit recordsChanged();
}

void Workbench::reloadPlans()
{
    keeper_.ask(
        this,
        [](std::optional<SessionStore>& store) -> Result<SessionContent> {
            if (!store) return noSession();
            return readAfterPlan(*store);
        },
        [this](Result<SessionContent> content) {
            if (!content) return; // the session that the user closed meanwhile
            content_.plans = std::move(content->plans);
            content_.environments = std::move(content->environments);
            content_.manifests = std::move(content->manifests);
            content_.unproven = std::move(content->unproven);
            // A run may have found that data are others than those that were added.
            const bool same = content_.datasets == content->datasets;
            content_.datasets = std::move(content->datasets);
            if (!same) emit datasetsChanged();
            emit plansChanged();
            checkDatasets();
        });
}

void Workbench::dismissPlan(std::int64_t planId)
{
    keeper_.ask(
        this,
        [planId](std::optional<SessionStore>& store) -> Result<void> {
            if (!store) return noSession();
            return store->finishPlan(planId);
        },
        [this](const Result<void>& finished) {
            if (!finished) emit failed(finished.error());
            reloadPlans();
        });
}

void Workbench::restorePlan(std::int64_t planId)
{
    keeper_.ask(
        this,
        [planId](std::optional<SessionStore>& store) -> Result<void> {
            if (!store) return noSession();
            const auto plans = store->plans();
            if (!plans) return plans.error();
            const auto kept = std::ranges::find(*plans, planId, &StoredPlan::id);
            if (kept == plans->end())
                return makeError(ErrorCode::NotFound, "The session no longer holds this plan.");
            const auto plan = parseJson(kept->text);
            if (!plan) return plan.error();
            return store->resumePlan(planId, *plan);
        },
        [this](const Result<void>& restored) {
            if (!restored) emit failed(restored.error());
            reloadPlans();
        });
}

void Workbench::loadTrace(std::int64_t runId, QObject* receiver,
                          std::function<void(Result<RunTrace>)> done)
{
    keeper_.ask(
        receiver,
        [runId](std::optional<SessionStore>& store) -> Result<RunTrace> {
            if (!store) return noSession();
            return store->trace(runId);
        },
        std::move(done));
}

void Workbench::loadEnvironment(std::int64_t runId, QObject* receiver,
                                std::function<void(Result<Environment>)> done)
{
    keeper_.ask(
        receiver,
        [runId](std::optional<SessionStore>& store) -> Result<Environment> {
            if (!store) return noSession();
            return store->environmentOf(runId);
        },
        std::move(done));
}

const std::vector<EngineInfo>& Workbench::engines() const
{
    static const std::vector<EngineInfo> none;
    return registry_ ? registry_->engines() : none;
}

const EngineInfo* Workbench::findEngine(const std::string& id) const
{
    return registry_ ? registry_->find(id) : nullptr;
}

EngineCatalogue Workbench::catalogue() const
{
    auto catalogue = catalogueOf(engines());
    catalogue.include(records());
    return catalogue;
}

void Workbench::reloadEngines()
{
    jobs_.start(
        this,
        [locations = locations_](JobControl&) -> std::shared_ptr<const EngineRegistry> {
            return std::make_shared<const EngineRegistry>(locations);
        },
        [this](std::shared_ptr<const EngineRegistry> registry) {
            registry_ = std::move(registry);
            emit enginesChanged();
        });
}

void Workbench::setSettings(const Settings& settings)
{
    if (settings == settings_) return;
    settings_ = settings;
    if (writer_) writer_(settings_);
    emit settingsChanged();
}

void Workbench::checkDatasets()
{
    for (const Dataset& dataset : content_.datasets)
        checkDataset(dataset);
}

void Workbench::checkDataset(const Dataset& dataset)
{
    jobs_.start(
        this,
        [dataset, session = sessionPath()](JobControl&) {
            const auto store = SessionStore::openReadOnly(session);
            const auto facts = store ? store->datasetFacts(dataset.fingerprint) : store.error();
            return stateNow(dataset, facts ? *facts : Json::object());
        },
        [this, fingerprint = dataset.fingerprint](DatasetState state) {
            datasetStates_[fingerprint] = state;
            emit datasetsChanged();
        });
}

} // namespace spillway
