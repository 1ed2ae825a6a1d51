#pragma once

#include "base/mutex.h"
#include "protocol/event.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace spillway {

/// Collects and thins what the workers of one run report: progress and counters at most ten times a
/// second, the task stream in lines of at most maxTaskSpans. Thread-safe; the sink is called by one
/// thread at a time.
class RunReporter {
public:
    explicit RunReporter(EventSink& sink) : sink_(sink) {}

    /// `total` and `unit` are those of the progress within the phase.
    void beginPhase(std::string name, std::string unit, std::optional<std::int64_t> total);
    /// Sends what is still unsent, then the end of the phase.
    void endPhase();
    /// The open phase, or the last one: the phase of an error.
    std::string phase() const;

    void addProgress(std::int64_t done) { progress_ += done; }
    void addRows(std::int64_t rows) { rows_ += rows; }
    void addBytesRead(Bytes bytes) { bytesRead_ += bytes; }
    void setStoreBytes(Bytes bytes) { storeBytes_ = bytes; }
    /// Bytes spilled and restored since the run began.
    void setSpill(Bytes spilled, Bytes restored)
    {
        spilled_ = spilled;
        restored_ = restored;
    }
    /// For an engine with an object store.
    void setObjects(const ObjectStates& objects);
    void setQueued(std::int64_t tasks) { queued_ = tasks; }
    /// A task is re-executed because a process or an object was lost.
    void addReExecuted() { ++reExecuted_; }
    /// A task has ended; sends what is due.
    void taskEnded(TaskSpan span);
    void warn(std::string message);
    /// Sends what is still unsent.
    void flush();

private:
    void sendDue(Seconds now, bool all) REQUIRES(mutex_);
    void keepSpan(TaskSpan span) REQUIRES(mutex_);
    void sendSpans() REQUIRES(mutex_);

    EventSink& sink_ GUARDED_BY(mutex_);
    std::atomic<std::int64_t> progress_ = 0;
    std::atomic<std::int64_t> rows_ = 0;
    std::atomic<Bytes> bytesRead_ = 0;
    std::atomic<Bytes> storeBytes_ = 0;
    std::atomic<Bytes> spilled_ = 0;
    std::atomic<Bytes> restored_ = 0;
    std::atomic<std::int64_t> queued_ = 0;
    std::atomic<std::int64_t> reExecuted_ = 0;

    mutable Mutex mutex_;
    std::string phase_ GUARDED_BY(mutex_);
    std::string unit_ GUARDED_BY(mutex_);
    std::optional<std::int64_t> total_ GUARDED_BY(mutex_);
    std::optional<ObjectStates> objects_ GUARDED_BY(mutex_);
    std::int64_t tasks_ GUARDED_BY(mutex_) = 0;
    std::vector<TaskSpan> spans_ GUARDED_BY(mutex_);
    std::int64_t
        unsentTasks_ GUARDED_BY(mutex_) = 0; ///< ended since the last line, including omitted ones
    std::int64_t keepEvery_ GUARDED_BY(mutex_) = 1;
    Seconds lastSent_ GUARDED_BY(mutex_){};
};

/// The error of a run in the phase in which it failed; "plan" before the first.
Error withPhase(Error error, const RunReporter& reporter);

} // namespace spillway
