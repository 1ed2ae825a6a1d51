#include "measure/other_load.h"

#include "measure/machine.h"
#include "measure/proc_text.h"
#include "measure/process_facts.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

namespace spillway {
namespace {

namespace fs = std::filesystem;

constexpr Seconds shortestLook(0.2);
constexpr double leastNamed = 0.05; ///< cores, from which on a program is named
constexpr std::size_t mostNames = 3;

/// "cc1plus" of "12 (cc1plus) R …".
std::string nameIn(const std::string& stat)
{
    const auto open = stat.find('(');
    const auto close = stat.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) return {};
    return stat.substr(open + 1, close - open - 1);
}

/// `self` and all that descend from it.
std::set<pid_t> ownOf(const ProcessorUse& use, pid_t self)
{
    std::set<pid_t> own{self};
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto& [key, process] : use.processes)
            if (own.contains(process.parent)) grown = own.insert(key.first).second || grown;
    }
    return own;
}

} // namespace

ProcessorUse processorUse()
{
    ProcessorUse use;
    std::error_code failed;
    for (fs::directory_iterator entry("/proc", failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        if (!leadingNumber<pid_t>(name)) continue;
        const std::string stat = readText("/proc/" + name + "/stat");
        const auto facts = statFacts(stat);
        if (!facts) continue; // it has ended
        use.processes[{facts->pid, facts->startTime}] = {
            .seconds = facts->userSeconds + facts->systemSeconds,
            .endedChildren = facts->childrenUserSeconds + facts->childrenSystemSeconds,
            .parent = facts->parent,
            .name = nameIn(stat)};
    }
    use.busy = cpuTimes().busy;
    use.at = monotonicNow();
    return use;
}

OtherLoad otherLoad(const ProcessorUse& before, const ProcessorUse& after, pid_t self)
{
    const double elapsed = (after.at - before.at).count();
    if (!(elapsed > 0)) return {};
    const auto own = ownOf(after, self);
    double ours = 0;
    std::map<std::string, double> byName;
    for (const auto& [key, process] : after.processes) {
        const auto known = before.processes.find(key);
        const double used =
            process.seconds - (known == before.processes.end() ? 0 : known->second.seconds);
        const double ended = process.endedChildren -
                             (known == before.processes.end() ? 0 : known->second.endedChildren);
        if (own.contains(key.first))
            ours += used + ended;
        else
            byName[process.name] += used;
    }
    // What ended children had used before is in their parents' figures, too.
    const auto owned = ownOf(before, self);
    for (const auto& [key, process] : before.processes)
        if (owned.contains(key.first) && !after.processes.contains(key))
            ours -= process.seconds + process.endedChildren;
    OtherLoad load{.cores = std::max(0.0, (after.busy - before.busy - ours) / elapsed),
                   .names = {}};
    std::vector<std::pair<double, std::string>> busiest;
    for (const auto& [name, used] : byName)
        if (used / elapsed >= leastNamed) busiest.emplace_back(used, name);
    std::ranges::sort(busiest, std::greater());
    for (const auto& [used, name] : busiest)
        if (load.names.size() < mostNames) load.names.push_back(name);
    return load;
}

std::optional<OtherLoad> OtherLoadWatch::look()
{
    if (before_ && monotonicNow() - before_->at < shortestLook) return std::nullopt;
    ProcessorUse after = processorUse();
    std::optional<OtherLoad> load;
    if (before_) load = otherLoad(*before_, after, ::getpid());
    before_ = std::move(after);
    return load;
}

} // namespace spillway
