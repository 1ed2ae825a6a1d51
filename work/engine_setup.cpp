#include "work/engine_setup.h"

#include "host/python_tool.h"
#include "work/text.h"

#include <algorithm>
#include <chrono>

namespace spillway {
namespace {

using namespace std::chrono_literals;

constexpr auto reportEvery = 100ms;

/// Passes on the newest progress, at most ten times a second.
class ProgressRelay {
public:
    using Handler = std::function<void(const InstallProgress&)>;
    ProgressRelay(JobControl& control, Handler handler)
        : control_(control), handler_(std::move(handler))
    {
    }

    void operator()(const InstallProgress& progress)
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < reportEvery) return; // the next one, at most a second later, says it
        last_ = now;
        control_.deliver([handler = handler_, progress] { handler(progress); });
    }

private:
    JobControl& control_;
    Handler handler_;
    std::chrono::steady_clock::time_point last_{};
};

} // namespace

EngineSetup::EngineSetup(EngineRegistry::Locations locations, QObject* parent)
    : QObject(parent), locations_(std::move(locations))
{
}

void EngineSetup::setUp(const EngineManifest& manifest)
{
    add({.manifest = manifest, .removal = false});
}

void EngineSetup::remove(const EngineManifest& manifest)
{
    add({.manifest = manifest, .removal = true});
}

void EngineSetup::add(Task task)
{
    const std::string id = task.manifest.id;
    const Stage stage = status(id).stage;
    if (stage != Stage::None && stage != Stage::Failed) return; // asked for already
    tasks_.push_back(std::move(task));
    setStatus(id, {.stage = Stage::Waiting, .progress = {}, .error = {}});
    startNext();
}

void EngineSetup::hold(bool held)
{
    held_ = held;
    startNext();
}

void EngineSetup::startNext()
{
    if (held_ || isBusy() || tasks_.empty()) return;
    const Task& task = tasks_.front();
    setStatus(task.manifest.id, {.stage = task.removal ? Stage::Removing : Stage::Working,
                                 .progress = {.step = {}, .expected = 0},
                                 .error = {}});
    current_ = jobs_.start(
        this,
        [this, task, locations = locations_](JobControl& control) -> Result<void> {
            const EngineRegistry registry(locations);
            const Environments environments = registry.environments();
            if (task.removal) return environments.remove(task.manifest);
            ProgressRelay relay(
                control, [this](const InstallProgress& progress) { takeProgress(progress); });
            auto made = environments.install(task.manifest, std::ref(relay), control.stop());
            // Every engine needs it for queries, and for nothing else: where it cannot be made, a
            // query says so.
            if (const auto self = registry.examine(plannerTool().manifest);
                made && self.state != EngineState::Ready)
                (void)environments.install(self.manifest, std::ref(relay), control.stop());
            return made;
        },
        [this](const Result<void>& outcome) { end(outcome); });
    emit busyChanged();
}

void EngineSetup::takeProgress(const InstallProgress& progress)
{
    const std::string id = tasks_.front().manifest.id;
    setStatus(id, {.stage = status(id).stage, .progress = progress, .error = {}});
}

void EngineSetup::end(const Result<void>& outcome)
{
    const std::string id = tasks_.front().manifest.id;
    tasks_.pop_front();
    current_.clear();
    const bool cancelled = !outcome && outcome.error().code == ErrorCode::Cancelled;
    Status status;
    if (!outcome && !cancelled) {
        status.stage = Stage::Failed;
        status.error = outcome.error();
    }
    setStatus(id, std::move(status));
    emit environmentsChanged();
    startNext();
    if (!isBusy()) emit busyChanged();
}

void EngineSetup::cancel(const std::string& id)
{
    const auto found = std::ranges::find(
        tasks_, id, [](const Task& task) -> const std::string& { return task.manifest.id; });
    if (found == tasks_.end()) return;
    if (found == tasks_.begin() && isBusy()) {
        current_->cancel();
        return;
    }
    tasks_.erase(found);
    setStatus(id, {});
}

void EngineSetup::cancelAll()
{
    while (tasks_.size() > (isBusy() ? 1U : 0U))
        cancel(tasks_.back().manifest.id);
    if (isBusy()) current_->cancel();
}

const EngineSetup::Status& EngineSetup::status(const std::string& id) const
{
    static const Status none;
    const auto found = status_.find(id);
    return found == status_.end() ? none : found->second;
}

QString EngineSetup::currentTitle() const
{
    return isBusy() ? text(tasks_.front().manifest.title) : QString();
}

void EngineSetup::setStatus(const std::string& id, Status status)
{
    status_[id] = std::move(status);
    emit changed(id);
}

} // namespace spillway
