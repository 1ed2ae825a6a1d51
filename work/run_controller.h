#pragma once

#include "base/mutex.h"
#include "experiment/runner.h"
#include "work/plan_feed.h"
#include "work/watched_run.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

namespace spillway {

class Workbench;

/// The one bridge from the threads of a measurement to the widgets. Owns the thread that runs a
/// plan; collects its reports and delivers them on the GUI thread at most 20 times a second.
class RunController : public QObject {
    Q_OBJECT
public:
    RunController(Workbench& workbench, std::filesystem::path guardProgram,
                  QObject* parent = nullptr);
    /// Stops the plan and waits for it (at most about 2 s).
    ~RunController() override;

    /// Starts `plan` in the open session (created if there is none). `continuePlan`: skip runs that
    /// the session already holds; `rerunFailed`: but not those that failed. Ignored while a plan
    /// runs.
    void start(const Plan& plan, bool continuePlan, bool rerunFailed = false);
    /// Ends the run in progress as cancelled and the plan with it. Returns at once.
    void stopPlan();
    /// Ends the run in progress as cancelled; the plan goes on.
    void stopRun();

    /// From start() until planEnded() or failed().
    bool isRunning() const { return running_; }
    bool isStopping() const { return stopping_; }
    /// The run in progress or the last one; null before the first.
    const WatchedRun* live() const { return live_ ? &*live_ : nullptr; }
    /// The plan in progress or the last one.
    const PlanProgress& progress() const { return progress_; }
    /// The plan in progress or the last one; null before the first.
    const Plan* plan() const { return plan_ ? &*plan_ : nullptr; }

signals:
    void planStarted();
    /// progress().reading changed: a dataset is read before the first run or between two runs.
    void datasetProgressed();
    /// A note on the plan's data.
    void noted(const QString& note);
    void runStarted(const spillway::PlannedRun& run);
    /// live() has changed. At most 20 times a second.
    void liveUpdated(const spillway::WatchedRun& live);
    /// The record is in the session and in Workbench::records().
    void runEnded(const spillway::RunRecord& record);
    void planEnded(const spillway::PlanOutcome& outcome);
    /// The plan ended because it could not continue: it is invalid, or the session cannot be
    /// written.
    void failed(const spillway::Error& error);
    /// isRunning() or isStopping() changed.
    void runningChanged();

private:
    void launch();
    void runPlan(std::stop_token stop, const Plan& plan, bool continuePlan,
                 const std::filesystem::path& session, RunnerOptions options,
                 const std::shared_ptr<const EngineRegistry>& registry);
    void drain();
    void handle(PlanFeed::PlanBegan& began);
    void handle(PlanFeed::RoundsAdded& added);
    void handle(PlanFeed::LeftOutRuns& leftOut);
    void handle(PlanFeed::DatasetProgress& read);
    void handle(PlanFeed::DatasetNote& note);
    void handle(PlanFeed::RunBegan& began);
    void handle(PlanFeed::StateEntered& entered);
    void handle(Event& event);
    void handle(Sample& sample);
    void handle(PlanFeed::RunOver& over);
    void handle(PlanFeed::PlanOver& over);
    void finish(const std::optional<Error>& error);

    Workbench& workbench_;
    std::filesystem::path guardProgram_;
    std::optional<Plan> plan_;
    bool continuePlan_ = false;
    bool rerunFailed_ = false;
    std::size_t before_ = 0; ///< runs of progress() that ran before a plan was continued
    Seconds launchedAt_{};   ///< start of the plan's time budget
    bool running_ = false;
    bool stopping_ = false;
    bool liveChanged_ = false;
    std::optional<WatchedRun> live_;
    PlanProgress progress_;
    QTimer tick_;
    PlanFeed feed_;
    Mutex runnerMutex_;
    Runner* runner_ GUARDED_BY(runnerMutex_) = nullptr; ///< set while its plan runs
    std::jthread thread_; ///< last: stopped and joined before what it uses is destroyed
};

} // namespace spillway
