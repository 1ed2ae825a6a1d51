#include "measure/private_memory.h"

#include "measure/proc_text.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <unordered_set>

namespace spillway {
namespace {

using Indices = std::vector<std::size_t>;

/// The kernel hides addresses as 0, and those of a process that exits as 1.
bool layoutKnown(const StatFacts& stat)
{
    return stat.startCode > 1 && stat.startStack > 1;
}

/// Whether two processes run in one address space. Where kcmp(2) does not exist or is refused,
/// equal counters decide: fork copies no file pages, so a forked child's differ at first.
bool sameAddressSpace(const ProcessReading& a, const ProcessReading& b)
{
    const auto order = ::syscall(SYS_kcmp, a.stat.pid, b.stat.pid, KCMP_VM, 0, 0);
    if (order >= 0) return order == 0;
    return a.status.virtualSize == b.status.virtualSize && a.status.anon == b.status.anon &&
           a.status.file == b.status.file && a.status.highWater == b.status.highWater;
}

/// Takes out the members that run in their parent's address space.
Indices withoutAliases(const std::vector<ProcessReading>& processes, const Indices& members)
{
    const auto isAlias = [&](std::size_t index) {
        const auto parent = std::find_if(members.begin(), members.end(), [&](std::size_t other) {
            return processes[other].stat.pid == processes[index].stat.parent;
        });
        return parent != members.end() && sameAddressSpace(processes[*parent], processes[index]);
    };
    Indices distinct;
    std::copy_if(members.begin(), members.end(), std::back_inserter(distinct),
                 [&](std::size_t index) { return !isAlias(index); });
    return distinct;
}

/// Pss_Anon; all of `resident` when it is refused or the kernel does not split Pss; nothing when
/// the process has gone or cannot be read now.
std::optional<Bytes> pssAnon(pid_t pid, Bytes resident)
{
    std::string text;
    if (!readInto(AT_FDCWD, fmt::format("/proc/{}/smaps_rollup", pid).c_str(), text))
        return isRefused(errno) ? std::optional(resident) : std::nullopt;
    const auto facts = pssFacts(text);
    return facts ? facts->anon : resident;
}

std::vector<Indices> families(const std::vector<ProcessReading>& processes)
{
    std::map<std::pair<std::uint64_t, std::uint64_t>, Indices> byLayout;
    std::vector<Indices> found;
    for (std::size_t i = 0; i < processes.size(); ++i) {
        const auto& stat = processes[i].stat;
        if (layoutKnown(stat))
            byLayout[{stat.startCode, stat.startStack}].push_back(i);
        else
            found.push_back({i});
    }
    for (auto& [layout, members] : byLayout)
        found.push_back(members.size() > 1 ? withoutAliases(processes, members) : members);
    return found;
}

} // namespace

std::vector<Bytes> PrivateMemory::measure(const std::vector<ProcessReading>& processes)
{
    forgetGone(processes);
    std::vector<Bytes> result(processes.size(), 0);
    const bool read = throttle_.due();
    const auto begin = monotonicNow();
    bool anyFamily = false;
    for (const auto& members : families(processes)) {
        if (members.size() == 1) {
            const auto& process = processes[members.front()];
            result[members.front()] = process.status.anon;
            bases_[process.stat.pid] = {process.stat.startTime, process.status.anon,
                                        process.status.anon};
        } else {
            measureFamily(processes, members, read, result);
            anyFamily = true;
        }
    }
    if (read && anyFamily) throttle_.record(begin);
    return result;
}

void PrivateMemory::measureFamily(const std::vector<ProcessReading>& processes,
                                  const Indices& members, bool read, std::vector<Bytes>& result)
{
    Bytes sum = 0;
    std::size_t largest = members.front();
    for (const auto index : members) {
        const auto resident = processes[index].status.anon;
        bool known = false;
        Basis& basis = basisOf(processes[index], known);
        const auto pss =
            read ? pssAnon(processes[index].stat.pid, resident) : std::optional<Bytes>();
        if (pss) {
            basis.anon = *pss;
            basis.resident = resident;
        } else if (!known) {
            basis.resident = resident;
        }
        result[index] = std::clamp<Bytes>(basis.anon + resident - basis.resident, 0, resident);
        sum += result[index];
        if (resident > processes[largest].status.anon) largest = index;
    }
    // The family has at least what its largest member has.
    result[largest] += std::max<Bytes>(0, processes[largest].status.anon - sum);
}

PrivateMemory::Basis& PrivateMemory::basisOf(const ProcessReading& process, bool& known)
{
    Basis& basis = bases_[process.stat.pid];
    known = basis.startTime == process.stat.startTime;
    if (!known) basis = {.startTime = process.stat.startTime, .anon = 0, .resident = 0};
    return basis;
}

void PrivateMemory::forgetGone(const std::vector<ProcessReading>& processes)
{
    std::unordered_set<pid_t> alive;
    for (const auto& process : processes)
        alive.insert(process.stat.pid);
    std::erase_if(bases_, [&](const auto& item) { return !alive.contains(item.first); });
}

} // namespace spillway
