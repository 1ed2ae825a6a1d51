#pragma once

#include "analysis/engine_catalogue.h"
#include "data/open_dataset.h"
#include "host/engine_registry.h"
#include "work/background_job.h"
#include "work/dataset_state.h"
#include "work/engine_setup.h"
#include "work/recent_sessions.h"
#include "work/session_content.h"
#include "work/session_keeper.h"
#include "work/settings.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace spillway {

/// The document behind the window: the open session, the engines of this installation and the
/// user's settings. Lives on the GUI thread and never touches a disk there: every request returns
/// at once and its outcome arrives as a signal.
class Workbench : public QObject {
    Q_OBJECT
public:
    Workbench(EngineRegistry::Locations locations, Settings settings, SettingsWriter writer,
              QObject* parent = nullptr);
    ~Workbench() override;

    bool hasSession() const { return !sessionPath_.empty(); }
    /// Empty while there is no session.
    const std::filesystem::path& sessionPath() const { return sessionPath_; }
    /// What the session is called (work/session_title.h), or "No session".
    QString sessionName() const;
    SessionBrief sessionBrief() const;
    /// Empty: it is called by its file or by what it holds.
    void setSessionName(const QString& name);
    void setTags(const QString& tags);
    /// The session can be looked at but not changed.
    bool isReadOnly() const { return readOnly_ || followed_; }
    /// Another window or a terminal measures into the session: what it stores is shown as it comes.
    bool isFollowed() const { return followed_; }
    /// Whether this window runs a plan.
    void setMeasuring(bool measuring) { measuring_ = measuring; }

    void newSession(const std::filesystem::path& path);
    void openSession(const std::filesystem::path& path);
    /// Copies the session to `path` and switches to the copy.
    void saveSessionAs(const std::filesystem::path& path);
    /// Calls `then` once there is a session file, creating one in the session folder if necessary.
    /// `otherwise` gets the error if that fails; without it, failed() is emitted.
    void withSession(QObject* receiver, std::function<void()> then,
                     std::function<void(const Error&)> otherwise = {});

    const std::vector<Dataset>& datasets() const { return content_.datasets; }
    const std::vector<RunRecord>& records() const { return content_.records; }
    const std::vector<StoredPlan>& plans() const { return content_.plans; }
    const std::vector<Environment>& environments() const { return content_.environments; }
    const std::string& notes() const { return content_.notes; }
    const std::string& tags() const { return content_.tags; }
    RecentSessions& recentSessions() { return recent_; }
    DatasetState datasetState(const std::string& fingerprint) const;
    /// The manifest stored with a generated dataset.
    std::optional<DatasetManifest> manifestOf(const std::string& fingerprint) const;
    /// One that matches its file, see experiment/dataset_identity.h.
    std::optional<DatasetManifest> provenManifestOf(const std::string& fingerprint) const;

    /// Stores `opened` in the session (created if there is none); emits datasetAdded once it is
    /// stored.
    void addDataset(const OpenedDataset& opened);
    /// Emits datasetRemoved once the session has it no more.
    void removeDataset(const std::string& fingerprint);
    /// Brings back one that was removed since the session was opened.
    void restoreDataset(const std::string& fingerprint);
    void setNotes(const QString& notes);
    /// Leaves a run out of verdicts and charts for `reason`; nothing: it counts again. `done` runs
    /// once the session has it, unless `receiver` is gone; without success failed() is emitted.
    void excludeRun(std::int64_t runId, const std::optional<std::string>& reason, QObject* receiver,
                    std::function<void()> done);
    /// Takes a run out of the session. restoreRun() brings it back until the session is opened
    /// again.
    void deleteRun(std::int64_t runId, QObject* receiver, std::function<void()> done);
    void restoreRun(std::int64_t runId, QObject* receiver, std::function<void()> done);
    /// Adds a run that the runner has just stored.
    void addRecord(const RunRecord& record);
    /// Reads plans and environments again, after a plan has begun or ended.
    void reloadPlans();
    /// Marks a plan as dismissed, so that it is not offered again.
    void dismissPlan(std::int64_t planId);
    /// Takes that back.
    void restorePlan(std::int64_t planId);
    /// Reads a run's trace; `done` runs on the GUI thread unless `receiver` is gone.
    void loadTrace(std::int64_t runId, QObject* receiver,
                   std::function<void(Result<RunTrace>)> done);
    void loadEnvironment(std::int64_t runId, QObject* receiver,
                         std::function<void(Result<Environment>)> done);

    /// Null until the first enginesChanged().
    std::shared_ptr<const EngineRegistry> registry() const { return registry_; }
    const std::vector<EngineInfo>& engines() const;
    const EngineInfo* findEngine(const std::string& id) const;
    /// The known engines, and those of the session's runs.
    EngineCatalogue catalogue() const;
    void reloadEngines();
    const EngineRegistry::Locations& engineLocations() const { return locations_; }
    EngineSetup& engineSetup() { return engineSetup_; }

    const Settings& settings() const { return settings_; }
    void setSettings(const Settings& settings);

    BackgroundJobs& jobs() { return jobs_; }
    int usableCores() const { return usableCores_; }

signals:
    /// Another session is open, or none; all content has changed.
    void sessionChanged();
    /// sessionName() or tags() changed.
    void sessionRenamed();
    /// After sessionChanged(): an existing session was opened, with what it holds.
    void sessionOpened();
    void datasetsChanged();
    void datasetAdded(const QString& fingerprint);
    void datasetRemoved(const QString& fingerprint, const QString& name);
    void recordsChanged();
    /// isFollowed() has changed.
    void followedChanged();
    void plansChanged();
    void enginesChanged();
    void settingsChanged();
    /// A user's request failed; `error` says why and what to do.
    void failed(const spillway::Error& error);

private:
    struct Opened {
        std::filesystem::path path;
        bool readOnly = false;
        std::int64_t version = 0; ///< SessionStore::dataVersion() before it was read
        SessionContent content;
    };
    using Opener = std::function<Result<SessionStore>(bool& readOnly)>;
    static Opener openerOf(const std::filesystem::path& path);
    static Result<Opened> load(SessionStore& store, bool readOnly);
    void replaceSession(Opener open, std::function<void()> then = {},
                        std::function<void(const Error&)> otherwise = {});
    void show(Opened opened);
    /// A change of a run in the session, and `shown` for what is shown of it.
    void editRun(std::function<Result<void>(SessionStore&)> edit, std::function<void()> shown,
                 QObject* receiver, std::function<void()> done);
    void remember(const std::filesystem::path& path);
    /// Looks whether another program has changed the session or measures into it.
    void look();
    void setFollowed(bool followed);
    /// Stores a word of the user's in the session, created if there is none.
    void keepWord(Result<void> (SessionStore::*keep)(const std::string&),
                  std::string SessionContent::*shown, const QString& word);
    void checkDatasets();
    void checkDataset(const Dataset& dataset);

    Settings settings_;
    SettingsWriter writer_;
    EngineRegistry::Locations locations_;
    std::shared_ptr<const EngineRegistry> registry_;
    int usableCores_;
    std::filesystem::path sessionPath_;
    bool readOnly_ = false;
    bool followed_ = false;
    bool measuring_ = false;
    bool looking_ = false;
    std::int64_t seenVersion_ = 0; ///< SessionStore::dataVersion() of the content
    QTimer lookTimer_;
    SessionContent content_;
    std::map<std::int64_t, RunRecord> deletedRuns_; ///< since the session was opened
    /// Likewise, with their facts as a line of JSON.
    std::map<std::string, std::pair<Dataset, std::string>> removedDatasets_;
    std::map<std::string, DatasetState> datasetStates_;
    SessionKeeper keeper_; ///< joined before what its answers touch goes
    EngineSetup engineSetup_;
    BackgroundJobs jobs_;
    RecentSessions recent_{jobs_};
};

} // namespace spillway
