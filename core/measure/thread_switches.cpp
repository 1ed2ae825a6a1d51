#include "measure/thread_switches.h"

#include "base/directory_handle.h"
#include "measure/proc_text.h"

#include <fmt/format.h>

#include <unordered_set>

namespace spillway {

std::int64_t ThreadSwitches::count(const ProcessReading& process)
{
    Entry& entry = entries_[process.stat.pid];
    if (entry.startTime != process.stat.startTime)
        entry = {.startTime = process.stat.startTime, .threads = {}};
    if (reading_ && process.stat.threads > 1) {
        const auto begin = monotonicNow();
        readThreads(process.stat.pid, entry);
        roundCost_ += monotonicNow() - begin;
    }
    entry.threads[process.stat.pid] = process.status.contextSwitches;
    std::int64_t sum = 0;
    for (const auto& [thread, switches] : entry.threads)
        sum += switches;
    return sum;
}

void ThreadSwitches::readThreads(pid_t pid, Entry& entry)
{
    const auto folder = fmt::format("/proc/{}/task", pid);
    const DirectoryHandle directory(::opendir(folder.c_str()));
    if (!directory) return;
    while (const dirent* item = ::readdir(directory.get())) {
        const auto thread = leadingNumber<pid_t>(item->d_name);
        if (!thread || *thread == pid) continue;
        const auto name = fmt::format("{}/status", item->d_name);
        if (readInto(::dirfd(directory.get()), name.c_str(), buffer_))
            entry.threads[*thread] = statusFacts(buffer_).contextSwitches;
    }
}

void ThreadSwitches::finishRound(const std::vector<ProcessReading>& processes)
{
    if (reading_) throttle_.record(monotonicNow() - roundCost_);
    roundCost_ = {};
    reading_ = throttle_.due();
    std::unordered_set<pid_t> alive;
    for (const auto& process : processes)
        alive.insert(process.stat.pid);
    std::erase_if(entries_, [&](const auto& item) { return !alive.contains(item.first); });
}

} // namespace spillway
