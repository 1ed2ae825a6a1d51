#include "work/run_controller.h"

#include "base/thread.h"
#include "experiment/estimate.h"
#include "work/earlier_runs.h"
#include "work/undecided.h"
#include "work/workbench.h"

#include <ranges>
#include <utility>

namespace spillway {
namespace {

constexpr int tickMilliseconds = 50;

} // namespace

RunController::RunController(Workbench& workbench, std::filesystem::path guardProgram,
                             QObject* parent)
    : QObject(parent), workbench_(workbench), guardProgram_(std::move(guardProgram))
{
    tick_.setInterval(tickMilliseconds);
    connect(&tick_, &QTimer::timeout, this, &RunController::drain);
}

RunController::~RunController()
{
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void RunController::start(const Plan& plan, bool continuePlan, bool rerunFailed)
{
    if (running_) return;
    running_ = true;
    workbench_.setMeasuring(true);
    stopping_ = false;
    plan_ = plan;
    continuePlan_ = continuePlan;
    rerunFailed_ = rerunFailed;
    progress_ = {};
    emit runningChanged();
    workbench_.withSession(
        this, [this] { launch(); }, [this](const Error& error) { finish(error); });
}

void RunController::launch()
{
    if (stopping_) { // while the session was made
        finish(std::nullopt);
        return;
    }
    const auto registry = workbench_.registry();
    if (!registry) {
        finish(Error{ErrorCode::NotFound,
                     "Spillway is still looking for engines.",
                     {},
                     "Try again in a moment."});
        return;
    }
    if (workbench_.isReadOnly()) {
        finish(Error{ErrorCode::NotPermitted,
                     "This session cannot be written.",
                     {},
                     "Save it under another name first."});
        return;
    }
    RunnerOptions options;
    options.supervisor.guardProgram = guardProgram_;
    options.supervisor.scratchRoot = plan_->scratch.empty() ? workbench_.settings().scratchFolder
                                                            : std::filesystem::path(plan_->scratch);
    options.continuePlan = continuePlan_;
    options.rerunFailed = rerunFailed_;
    options.undecided = undecidedBy(workbench_.catalogue(), workbench_.usableCores());
    options.began = launchedAt_ = monotonicNow();
    auto thread =
        startThread([this, plan = *plan_, again = continuePlan_, session = workbench_.sessionPath(),
                     options, registry](std::stop_token stop) {
            runPlan(std::move(stop), plan, again, session, options, registry);
        });
    if (!thread) {
        finish(thread.error());
        return;
    }
    thread_ = std::move(*thread);
    tick_.start();
}

void RunController::runPlan(std::stop_token stop, const Plan& plan, bool continuePlan,
                            const std::filesystem::path& session, RunnerOptions options,
                            const std::shared_ptr<const EngineRegistry>& registry)
{
    options.continuePlan = continuePlan;
    auto store = SessionStore::open(session);
    if (!store) {
        feed_.close(store.error());
        return;
    }
    Runner runner(*registry, *store, options);
    {
        const MutexLock lock(runnerMutex_);
        runner_ = &runner;
    }
    auto outcome = runner.run(plan, feed_, std::move(stop));
    {
        const MutexLock lock(runnerMutex_);
        runner_ = nullptr;
    }
    feed_.close(std::move(outcome));
}

void RunController::stopPlan()
{
    if (!running_ || stopping_) return;
    stopping_ = true;
    thread_.request_stop();
    emit runningChanged();
}

void RunController::stopRun()
{
    const MutexLock lock(runnerMutex_);
    if (runner_) runner_->stopCurrentRun();
}

void RunController::drain()
{
    for (auto& message : feed_.take())
        std::visit([this](auto& body) { handle(body); }, message);
    if (liveChanged_ && live_) emit liveUpdated(*live_);
    liveChanged_ = false;
}

void RunController::handle(PlanFeed::PlanBegan& began)
{
    PlanProgress progress;
    if (continuePlan_ && plan_)
        progress =
            continuedProgress(*plan_, began.runs, workbench_.records(), workbench_.engines());
    else
        progress.runs = began.runs;
    progress.statuses.resize(progress.runs.size());
    progress.wallSeconds.resize(progress.runs.size());
    before_ = progress.runs.size() - began.runs.size();
    progress.startedAt = began.at;
    if (plan_) {
        for (const Dataset& dataset : plan_->datasets)
            progress.datasets.push_back(dataset.name);
        if (plan_->budget) progress.endsBy = launchedAt_ + *plan_->budget;
    }
    progress_ = std::move(progress);
    if (plan_) progress_.earlier = earlierTimes(*plan_, progress_.runs, workbench_.records());
    emit planStarted();
}

void RunController::handle(PlanFeed::RoundsAdded& added)
{
    progress_.runs.insert(progress_.runs.end(), added.runs.begin(), added.runs.end());
    progress_.statuses.resize(progress_.runs.size());
    progress_.wallSeconds.resize(progress_.runs.size());
}

/// What the budget leaves out is no longer of the plan: counts are of what runs.
void RunController::handle(PlanFeed::LeftOutRuns& leftOut)
{
    for (const std::size_t position : leftOut.positions | std::views::reverse)
        progress_.remove(before_ + position);
}

void RunController::handle(PlanFeed::DatasetProgress& read)
{
    progress_.reading = DatasetReading{std::move(read.name), read.step, read.done, read.total};
    if (read.done >= read.total) progress_.reading.reset();
    emit datasetProgressed();
}

void RunController::handle(PlanFeed::DatasetNote& note)
{
    emit noted(note.note);
}

void RunController::handle(PlanFeed::RunBegan& began)
{
    progress_.current = before_ + began.position;
    progress_.reading.reset();
    live_.emplace();
    live_->run = std::move(began.run);
    live_->position = before_ + began.position;
    live_->startedAt = began.at;
    liveChanged_ = true;
    emit runStarted(live_->run);
}

void RunController::handle(PlanFeed::StateEntered& entered)
{
    if (!live_) return;
    live_->enter(entered.state, entered.at);
    liveChanged_ = true;
}

void RunController::handle(Event& event)
{
    if (!live_) return;
    live_->add(event);
    liveChanged_ = true;
}

void RunController::handle(Sample& sample)
{
    if (!live_) return;
    live_->add(sample);
    liveChanged_ = true;
}

void RunController::handle(PlanFeed::RunOver& over)
{
    const std::size_t position = before_ + over.position;
    if (position < progress_.statuses.size()) {
        progress_.statuses[position] = over.record.status;
        progress_.wallSeconds[position] =
            live_ && live_->position == position
                ? std::max(over.record.wallSeconds, (over.at - live_->startedAt).count())
                : over.record.wallSeconds;
    }
    if (progress_.current == position) progress_.current.reset();
    if (liveChanged_ && live_) {
        liveChanged_ = false;
        emit liveUpdated(*live_);
    }
    workbench_.addRecord(over.record);
    emit runEnded(over.record);
}

void RunController::handle(PlanFeed::PlanOver& over)
{
    if (thread_.joinable()) thread_.join();
    tick_.stop();
    progress_.current.reset();
    progress_.reading.reset();
    if (!over.outcome) {
        finish(over.outcome.error());
        return;
    }
    progress_.leftOut = over.outcome->leftOut;
    progress_.stopped = over.outcome->cancelled;
    running_ = stopping_ = false;
    workbench_.setMeasuring(false);
    workbench_.reloadPlans();
    emit planEnded(*over.outcome);
    emit runningChanged();
}

void RunController::finish(const std::optional<Error>& error)
{
    running_ = stopping_ = false;
    workbench_.setMeasuring(false);
    workbench_.reloadPlans();
    if (error) emit failed(*error);
    emit runningChanged();
}

} // namespace spillway
