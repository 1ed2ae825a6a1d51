#pragma once

#include "base/error.h"
#include "base/units.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

namespace spillway {

/// Where Dask draws its lines, as shares of a run's memory limit.
struct MemoryThresholds {
    explicit MemoryThresholds(Bytes memoryLimit) : limit(memoryLimit) {}

    Bytes limit;
    Bytes target() const { return share(60); } ///< of managed bytes; and how far to spill down
    Bytes spill() const { return share(70); }  ///< of measured memory: spill down to the target
    Bytes pause() const { return share(80); }  ///< of measured memory: no new task
    Bytes last() const { return share(95); }   ///< of measured memory: the run cannot go on

private:
    Bytes share(Bytes percent) const { return limit / 100 * percent; }
};

/// Keeps the process below the memory limit of its run: says when a task may start, and asks for
/// spilling when measured memory is high. Every member may be called from any thread.
class MemoryGuard {
public:
    /// From now on what the process frees in large pieces goes back to the system at once.
    explicit MemoryGuard(Bytes memoryLimit);

    const MemoryThresholds& thresholds() const { return thresholds_; }

    /// Frees what can be freed until measured memory with so many bytes more is below the target.
    using Relief = std::function<Result<void>(Bytes more, const std::stop_token&)>;
    /// Between passes only; nothing takes it away again.
    void setRelief(Relief relief) { relief_ = std::move(relief); }
    /// Why spilling does not help, for the error that may follow.
    void setHindrance(std::string why);
    /// About what one task allocates from now on; admission keeps room for it.
    void setTaskBytes(Bytes bytes);

    /// Waits until a task may start: until measured memory, with what the tasks under way and this
    /// one may still allocate, is below the pause threshold, or until no other task is under way,
    /// so that there is always one. MemoryLimit when even alone it would begin above the last
    /// threshold. After a stop it returns at once. Each success is followed by one release().
    Result<void> admit(const std::stop_token& stop);
    void release();

    /// MemoryLimit when `more` bytes do not fit below the last threshold even after relief.
    Result<void> require(Bytes more, const std::stop_token& stop);

private:
    Result<void> relieve(Bytes more, const std::stop_token& stop);
    void trim();
    Error tooMuch(Bytes needed);

    const MemoryThresholds thresholds_;
    Relief relief_;
    std::mutex mutex_; ///< guards all below
    std::condition_variable released_;
    Bytes taskBytes_ = 0;
    int running_ = 0;
    Seconds lastTrim_{};
    std::string hindrance_;
};

} // namespace spillway
