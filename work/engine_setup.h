#pragma once

#include "host/engine_registry.h"
#include "work/background_job.h"

#include <QObject>

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace spillway {

/// Makes and removes the engines' environments and takes up engines of the user's own, off the GUI
/// thread. Environments are made one after the other, in the order in which they were asked for:
/// they share a download cache and the network. Destruction stops a making and waits for it, which
/// leaves no half of an environment behind.
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
    /// Takes it off the queue, or stops its making.
    void cancel(const std::string& id);
    void cancelAll();
    /// While held (a plan is being measured) nothing new begins; what was asked for waits.
    void hold(bool held);
    /// Removes an environment that is not being made.
    void remove(const EngineManifest& manifest);

    const Status& status(const std::string& id) const;
    /// Whether an environment is being made or removed.
    bool isBusy() const { return current_ != nullptr; }
    /// Whether it is being removed. Like currentTitle() it may be another one after busyChanged().
    bool isRemoving() const { return isBusy() && tasks_.front().removal; }
    /// Title of the engine whose environment it is; empty when there is none.
    QString currentTitle() const;

signals:
    /// The status of an engine is another one.
    void changed(const std::string& id);
    /// What is on the disk has changed: the engines are to be looked at again.
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
    std::deque<Task> tasks_; ///< the first one is under way while there is a current_
    std::map<std::string, Status> status_;
    bool held_ = false;
    QPointer<BackgroundJob> current_;
    BackgroundJobs jobs_; ///< joined before what its answers touch goes
};

} // namespace spillway
