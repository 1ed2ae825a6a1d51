#pragma once

#include "base/error.h"
#include "base/mutex.h"
#include "base/units.h"

#include <condition_variable>
#include <functional>
#include <stop_token>
#include <string>

namespace spillway {

/// Dask's memory thresholds, as shares of a run's memory limit.
struct MemoryThresholds {
    explicit MemoryThresholds(Bytes memoryLimit) : limit(memoryLimit) {}

    Bytes limit;
    Bytes target() const { return share(60); } ///< of managed bytes; and the level to spill down to
    Bytes spill() const { return share(70); }  ///< of measured memory: spill down to the target
    Bytes pause() const { return share(80); }  ///< of measured memory: no new task
    Bytes last() const { return share(95); }   ///< of measured memory: the run cannot continue

private:
    Bytes share(Bytes percent) const { return limit / 100 * percent; }
};

/// Keeps the process below the memory limit of its run: says when a task may start, and asks for
/// spilling when measured memory is high. Every member may be called from any thread.
class MemoryBudget {
public:
    /// From now on what the process frees in large pieces goes back to the system at once.
    explicit MemoryBudget(Bytes memoryLimit);

    const MemoryThresholds& thresholds() const { return thresholds_; }

    /// Frees what it can until measured memory plus `more` bytes is below the target.
    using Relief = std::function<Result<void>(Bytes more, const std::stop_token&)>;
    /// Between passes only; cannot be unset.
    void setRelief(Relief relief) { relief_ = std::move(relief); }
    /// Why spilling does not help, for the error that may follow.
    void setHindrance(std::string why);
    /// Estimated allocation of one task from now on; admission reserves room for it.
    void setTaskBytes(Bytes bytes);

    /// Waits until a task may start: until measured memory, plus what running tasks and this one
    /// may still allocate, is below the pause threshold, or until no other task is running, so that
    /// there is always one. MemoryLimit when even alone it would start above the last threshold.
    /// After a stop it returns at once. Each success requires one release().
    Result<void> admit(const std::stop_token& stop);
    void release();

    /// MemoryLimit when `more` bytes do not fit below the last threshold even after relief.
    Result<void> require(Bytes more, const std::stop_token& stop);

private:
    Result<void> relieve(Bytes more, const std::stop_token& stop);
    void trim() EXCLUDES(mutex_);
    Error tooMuch(Bytes needed) EXCLUDES(mutex_);

    const MemoryThresholds thresholds_;
    Relief relief_;
    Mutex mutex_;
    std::condition_variable released_;
    Bytes taskBytes_ GUARDED_BY(mutex_) = 0;
    int running_ GUARDED_BY(mutex_) = 0;
    Seconds lastTrim_ GUARDED_BY(mutex_){};
    std::string hindrance_ GUARDED_BY(mutex_);
};

} // namespace spillway
