#include "host/balance.h"

#include <algorithm>

namespace spillway {
namespace {

/// Processor seconds of these, where all tell them; else the seconds within any of these, which are
/// sorted by their beginning.
Seconds busyIn(const std::vector<TaskSpan>& tasks)
{
    Seconds total{};
    const bool told =
        std::ranges::all_of(tasks, [](const TaskSpan& task) { return task.cpu.has_value(); });
    for (const TaskSpan& task : tasks)
        if (told) total += *task.cpu;
    if (told) return total;
    Seconds end = tasks.empty() ? Seconds() : tasks.front().begin;
    for (const TaskSpan& task : tasks) {
        total += std::max(Seconds(), task.end - std::max(end, task.begin));
        end = std::max(end, task.end);
    }
    return total;
}

} // namespace

std::optional<double> balanceOf(const std::vector<TaskSpan>& tasks, int workers)
{
    if (workers < 2) return std::nullopt;
    std::vector<std::vector<TaskSpan>> ofWorkers(static_cast<std::size_t>(workers));
    for (const TaskSpan& task : tasks)
        if (task.worker >= 0 && task.worker < workers)
            ofWorkers[static_cast<std::size_t>(task.worker)].push_back(task);
    Seconds most{};
    Seconds sum{};
    for (auto& own : ofWorkers) {
        std::ranges::sort(own, {}, &TaskSpan::begin);
        const Seconds busy = busyIn(own);
        most = std::max(most, busy);
        sum += busy;
    }
    if (sum <= Seconds()) return std::nullopt;
    return most / sum * workers;
}

} // namespace spillway
