#include "native/run/run_reporter.h"

namespace spillway {
namespace {

constexpr Seconds sendInterval{0.1};

} // namespace

void RunReporter::beginPhase(std::string name, std::string unit, std::optional<std::int64_t> total)
{
    const MutexLock lock(mutex_);
    phase_ = std::move(name);
    unit_ = std::move(unit);
    total_ = total;
    progress_ = 0;
    lastSent_ = monotonicNow();
    sink_.send(PhaseEvent{.name = phase_, .begin = true});
}

void RunReporter::endPhase()
{
    const MutexLock lock(mutex_);
    sendDue(monotonicNow(), true);
    sink_.send(PhaseEvent{.name = phase_, .begin = false});
}

std::string RunReporter::phase() const
{
    const MutexLock lock(mutex_);
    return phase_;
}

void RunReporter::setObjects(const ObjectStates& objects)
{
    storeBytes_ = objects.inMemory();
    const Seconds now = monotonicNow();
    const MutexLock lock(mutex_);
    objects_ = objects;
    if (!phase_.empty()) sendDue(now, false);
}

void RunReporter::taskEnded(TaskSpan span)
{
    const Seconds now = span.end;
    const MutexLock lock(mutex_);
    ++tasks_;
    keepSpan(std::move(span));
    sendDue(now, false);
}

void RunReporter::flush()
{
    const MutexLock lock(mutex_);
    sendDue(monotonicNow(), true);
}

void RunReporter::warn(std::string message)
{
    const MutexLock lock(mutex_);
    sink_.send(LogEvent{.level = "warning", .message = std::move(message)});
}

/// Keeps every n-th span; n doubles whenever a line would become too long.
void RunReporter::keepSpan(TaskSpan span)
{
    const bool kept = unsentTasks_++ % keepEvery_ == 0;
    if (!kept) return;
    if (spans_.size() == maxTaskSpans) {
        for (std::size_t i = 0; i < spans_.size() / 2; ++i)
            spans_[i] = std::move(spans_[2 * i]);
        spans_.resize(spans_.size() / 2);
        keepEvery_ *= 2;
    }
    spans_.push_back(std::move(span));
}

void RunReporter::sendSpans()
{
    if (spans_.empty()) return;
    TasksEvent event{.spans = std::move(spans_), .sampled = {}};
    if (const auto kept = static_cast<std::int64_t>(event.spans.size()); kept < unsentTasks_)
        event.sampled = static_cast<double>(kept) / static_cast<double>(unsentTasks_);
    sink_.send(std::move(event));
    spans_.clear();
    unsentTasks_ = 0;
    keepEvery_ = 1;
}

void RunReporter::sendDue(Seconds now, bool all)
{
    if (!all && now - lastSent_ < sendInterval) return;
    lastSent_ = now;
    sendSpans();
    sink_.send(ProgressEvent{.done = progress_, .total = total_, .unit = unit_});
    sink_.send(
        CountersEvent{.rows = rows_,
                      .bytesRead = bytesRead_,
                      .spilledBytes = spilled_,
                      .restoredBytes = restored_,
                      .storeBytes = storeBytes_,
                      .tasks = tasks_,
                      .queued = queued_,
                      .reExecuted = objects_ ? std::optional(reExecuted_.load()) : std::nullopt,
                      .objects = objects_});
}

Error withPhase(Error error, const RunReporter& reporter)
{
    if (error.phase.empty()) error.phase = reporter.phase();
    if (error.phase.empty()) error.phase = "plan"; // before any phase of the run itself
    return error;
}

} // namespace spillway
