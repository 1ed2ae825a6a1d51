#pragma once

#include "host/engine_registry.h"
#include "work/background_job.h"

#include <QObject>

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace spillway {

/// Creates and removes the engines' environments and registers the user's own engines, off the GUI
/// thread. Environments are created one after another, in the order requested: they share a
/// download cache and the network. Destruction stops a set-up in progress and waits for it; no
/// partial environment is left behind.
class EngineSetup : public QObject {
    Q_OBJECT
public:
    enum class Stage { None, Waiting, Working, Removing, Failed };
    struct Status {
        Stage stage = Stage::None;
        InstallProgress progress;   ///< while Working
        std::optional<Error> error; ///< while Failed
    };

    explicit EngineSetup(EngineRegistry::Locations locations, QObject* parent = nullptr);

    void setUp(const EngineManifest& manifest);
    /// Removes it from the queue, or stops its set-up.
    void cancel(const std::string& id);
    void cancelAll();
    /// While held (a plan is running) nothing new starts; requests wait.
    void hold(bool held);
    /// Removes an environment that is not being created.
    void remove(const EngineManifest& manifest);

    const Status& status(const std::string& id) const;
    /// Whether an environment is being created or removed.
    bool isBusy() const { return current_ != nullptr; }
    /// Whether it is being removed. Like currentTitle() it may refer to another environment after
    /// busyChanged().
    bool isRemoving() const { return isBusy() && tasks_.front().removal; }
    /// Title of the engine whose environment it is; empty when there is none.
    QString currentTitle() const;

signals:
    /// The status of an engine has changed.
    void changed(const std::string& id);
    /// Environments on disk have changed: the engines must be reloaded.
    void environmentsChanged();
    void busyChanged();

private:
    struct Task {
        EngineManifest manifest;
        bool removal = false;
    };
    void add(Task task);
    void startNext();
    void takeProgress(const InstallProgress& progress);
    void end(const Result<void>& outcome);
    void setStatus(const std::string& id, Status status);

    EngineRegistry::Locations locations_;
    std::deque<Task> tasks_; ///< the first one is in progress while there is a current_
    std::map<std::string, Status> status_;
    bool held_ = false;
    QPointer<BackgroundJob> current_;
    BackgroundJobs jobs_; ///< joined before the members that its callbacks use
};

} // namespace spillway
