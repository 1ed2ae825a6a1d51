#include "native/chunked/memory_budget.h"

#include "native/spill/process_memory.h"

#include <fmt/format.h>

#include <malloc.h>

#include <algorithm>

namespace spillway {
namespace {

/// Memory also shrinks without a task ending, and a stop sends no notification.
constexpr std::chrono::milliseconds lookAgain{5};
constexpr Seconds trimInterval{0.05};
constexpr int mappedBytes = 64 << 10;

} // namespace

MemoryBudget::MemoryBudget(Bytes memoryLimit) : thresholds_(memoryLimit)
{
    // A fixed threshold: the dynamic one would grow with freed blocks and keep more and more
    // memory.
    ::mallopt(M_MMAP_THRESHOLD, mappedBytes);
}

void MemoryBudget::setTaskBytes(Bytes bytes)
{
    const MutexLock lock(mutex_);
    taskBytes_ = bytes;
}

void MemoryBudget::setHindrance(std::string why)
{
    const MutexLock lock(mutex_);
    hindrance_ = std::move(why);
}

Result<void> MemoryBudget::relieve(Bytes more, const std::stop_token& stop)
{
    if (processMemory() + more <= thresholds_.spill()) return {};
    if (relief_)
        if (auto relieved = relief_(more, stop); !relieved) return relieved;
    if (processMemory() + more > thresholds_.pause()) trim();
    return {};
}

/// Gives back what was freed in small pieces, which is the process's until then.
void MemoryBudget::trim()
{
    {
        const MutexLock lock(mutex_);
        if (monotonicNow() - lastTrim_ < trimInterval) return;
        lastTrim_ = monotonicNow();
    }
    ::malloc_trim(0);
}

Result<void> MemoryBudget::admit(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        if (auto relieved = relieve(0, stop); !relieved) return relieved;
        const Bytes used = processMemory();
        MutexLock lock(mutex_);
        const bool fits = used + (running_ + 1) * taskBytes_ <= thresholds_.pause();
        if (fits || (running_ == 0 && used <= thresholds_.last())) {
            ++running_;
            return {};
        }
        if (running_ == 0) {
            lock.unlock();
            return tooMuch(used);
        }
        released_.wait_for(lock.native(), lookAgain);
    }
    const MutexLock lock(mutex_);
    ++running_;
    return {};
}

void MemoryBudget::release()
{
    {
        const MutexLock lock(mutex_);
        --running_;
    }
    released_.notify_one();
}

Result<void> MemoryBudget::require(Bytes more, const std::stop_token& stop)
{
    if (processMemory() + more <= thresholds_.last()) return {};
    if (auto relieved = relieve(more, stop); !relieved) return relieved;
    ::malloc_trim(0);
    const Bytes needed = processMemory() + more;
    if (needed <= thresholds_.last()) return {};
    return tooMuch(needed);
}

Error MemoryBudget::tooMuch(Bytes needed)
{
    const MutexLock lock(mutex_);
    std::string message = fmt::format("The run needs {} at once, and its memory limit is {}.",
                                      formatBytes(needed), formatBytes(thresholds_.limit));
    if (!hindrance_.empty()) message += " " + hindrance_;
    return makeError(ErrorCode::MemoryLimit, std::move(message),
                     "Raise the memory limit, or use fewer workers or fewer columns.");
}

} // namespace spillway
