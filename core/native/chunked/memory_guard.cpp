#include "native/chunked/memory_guard.h"

#include "native/spill/process_memory.h"

#include <fmt/format.h>

#include <malloc.h>

#include <algorithm>

namespace spillway {
namespace {

/// Memory also falls without a task's end, and a stop tells nobody.
constexpr std::chrono::milliseconds lookAgain{5};
constexpr Seconds trimInterval{0.05};

} // namespace

MemoryGuard::MemoryGuard(std::optional<Bytes> memoryLimit)
    : thresholds_(memoryLimit ? std::optional(MemoryThresholds(*memoryLimit)) : std::nullopt)
{
}

void MemoryGuard::setTaskBytes(Bytes bytes)
{
    const std::lock_guard lock(mutex_);
    taskBytes_ = bytes;
}

Result<void> MemoryGuard::relieve(const std::stop_token& stop)
{
    if (processMemory() <= thresholds_->spill()) return {};
    if (relief_)
        if (auto relieved = relief_(stop); !relieved) return relieved;
    if (processMemory() > thresholds_->pause()) trim();
    return {};
}

/// Gives back what was freed in small pieces, which is the process's until then.
void MemoryGuard::trim()
{
    {
        const std::lock_guard lock(mutex_);
        if (monotonicNow() - lastTrim_ < trimInterval) return;
        lastTrim_ = monotonicNow();
    }
    ::malloc_trim(0);
}

Result<void> MemoryGuard::admit(const std::stop_token& stop)
{
    if (!thresholds_) return {};
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        lock.unlock();
        if (auto relieved = relieve(stop); !relieved) return relieved;
        lock.lock();
        const Bytes used = processMemory();
        if (used + (running_ + 1) * taskBytes_ <= thresholds_->pause()) break;
        if (running_ == 0 && used > thresholds_->last()) return tooMuch(used);
        if (running_ == 0) break;
        released_.wait_for(lock, lookAgain);
    }
    ++running_;
    return {};
}

void MemoryGuard::release()
{
    if (!thresholds_) return;
    {
        const std::lock_guard lock(mutex_);
        --running_;
    }
    released_.notify_one();
}

Result<void> MemoryGuard::require(Bytes more)
{
    if (!thresholds_ || processMemory() + more <= thresholds_->last()) return {};
    ::malloc_trim(0);
    const Bytes needed = processMemory() + more;
    if (needed <= thresholds_->last()) return {};
    return tooMuch(needed);
}

Error MemoryGuard::tooMuch(Bytes needed) const
{
    return {.code = ErrorCode::MemoryLimit,
            .message = fmt::format("The run needs {} at once, and its memory limit is {}.",
                                   formatBytes(needed), formatBytes(thresholds_->limit)),
            .phase = {},
            .remedy = "Raise the memory limit, or use fewer workers or fewer columns."};
}

} // namespace spillway
