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

constexpr Bytes hugePage = Bytes(2) << 20;

Bytes pageSize()
{
    static const auto size = static_cast<Bytes>(::sysconf(_SC_PAGESIZE));
    return size;
}

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

/// What the process adds by its Pss; all it can reach when Pss is refused or the kernel does not
/// split it; nothing when the process has gone or cannot be read now. Huge pages have no Pss: those
/// that others map, too, are divided evenly among the family.
std::optional<Bytes> exactShare(const ProcessReading& process, std::size_t members)
{
    std::string text;
    if (!readInto(AT_FDCWD, fmt::format("/proc/{}/smaps_rollup", process.stat.pid).c_str(), text))
        return isRefused(errno) ? std::optional(process.privateResident()) : std::nullopt;
    const auto facts = pssFacts(text);
    if (!facts) return process.privateResident();
    const Bytes ownHuge = std::min(process.privateHuge, facts->privateHugetlb);
    const Bytes inherited = process.privateHuge - ownHuge;
    return facts->anon + ownHuge + inherited / static_cast<Bytes>(members);
}

/// The process a moment later: while Pss is read, others go on, and faults must be counted from
/// when their pages are.
ProcessReading readAgain(const ProcessReading& process)
{
    const auto folder = fmt::format("/proc/{}/", process.stat.pid);
    const auto stat = statFacts(readText(folder + "stat"));
    const auto status = readText(folder + "status");
    if (!stat || stat->startTime != process.stat.startTime || status.empty()) return process;
    return {.stat = *stat, .status = statusFacts(status), .privateHuge = process.privateHuge};
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

std::vector<Bytes> PrivateMemory::measure(const std::vector<ProcessReading>& processes, bool exact)
{
    forgetGone(processes);
    std::vector<Bytes> result(processes.size(), 0);
    std::vector<Indices> shared;
    for (auto& members : families(processes)) {
        if (members.size() > 1) {
            meet(processes, members);
            shared.push_back(std::move(members));
            continue;
        }
        const auto& process = processes[members.front()];
        result[members.front()] = process.privateResident();
        bases_[process.stat.pid] = basisAt(process, process.privateResident());
    }
    if (shared.empty()) left_ = 0;
    const bool due = exact || throttle_.due() || readingDue(processes, shared);
    if (due && !shared.empty()) read(processes, shared);
    estimated_ = !due && !shared.empty();
    for (const auto& members : shared)
        estimate(processes, members, result);
    return result;
}

PrivateMemory::Basis PrivateMemory::basisAt(const ProcessReading& process, Bytes anon)
{
    return {.startTime = process.stat.startTime,
            .anon = anon,
            .resident = process.privateResident(),
            .file = process.status.file,
            .shmem = process.status.shmem,
            .faults = process.stat.minorFaults};
}

/// Gives a basis to members that are new: they inherited at most what the largest of those known
/// before had, and everything else has come by faults since they were forked.
void PrivateMemory::meet(const std::vector<ProcessReading>& processes, const Indices& members)
{
    Bytes largest = 0;
    Indices strangers;
    for (const auto index : members) {
        const auto& stat = processes[index].stat;
        const auto found = bases_.find(stat.pid);
        if (found != bases_.end() && found->second.startTime == stat.startTime)
            largest = std::max(largest, found->second.resident);
        else
            strangers.push_back(index);
    }
    for (const auto index : strangers)
        bases_[processes[index].stat.pid] = {
            .startTime = processes[index].stat.startTime,
            .anon = 0,
            .resident = std::min(largest, processes[index].privateResident()),
            .file = 0,
            .shmem = 0,
            .faults = 0};
}

PrivateMemory::Change PrivateMemory::changeOf(const ProcessReading& process) const
{
    const Basis& basis = bases_.at(process.stat.pid);
    const auto faults = std::max<Bytes>(0, static_cast<Bytes>(process.stat.minorFaults) -
                                               static_cast<Bytes>(basis.faults));
    const Bytes resident = process.privateResident();
    Change change;
    change.grown = resident - basis.resident;
    change.faulted = std::min(faults * (process.privateHuge > 0 ? hugePage : pageSize()), resident);
    // A fault maps sixteen pages of a file that are in the cache (fault_around_bytes).
    const Bytes explained = std::max<Bytes>(0, change.grown) +
                            std::max<Bytes>(0, process.status.shmem - basis.shmem) +
                            std::max<Bytes>(0, process.status.file - basis.file) / 16;
    change.copied = std::clamp<Bytes>(faults * pageSize() - explained, 0, resident);
    return change;
}

bool PrivateMemory::readingDue(const std::vector<ProcessReading>& processes,
                               const std::vector<Indices>& families) const
{
    constexpr Bytes noise = 4'000'000;
    if (families.empty() || !urgent_.left()) return false;
    Bytes moved = left_;
    Bytes sum = 0;
    for (const auto& members : families)
        for (const auto index : members) {
            moved += changeOf(processes[index]).faulted;
            sum += bases_.at(processes[index].stat.pid).anon;
        }
    return moved > std::max(noise, sum / 100);
}

void PrivateMemory::read(const std::vector<ProcessReading>& processes,
                         const std::vector<Indices>& families)
{
    constexpr Bytes enoughToLearn = 4'000'000;
    const auto begin = monotonicNow();
    Bytes copied = 0;
    Bytes couldBeCopied = 0;
    for (const auto& members : families)
        for (const auto index : members) {
            const auto process = readAgain(processes[index]);
            const auto exact = exactShare(process, members.size());
            if (!exact) continue;
            const auto change = changeOf(process);
            Basis& basis = bases_[process.stat.pid];
            copied += *exact - basis.anon - change.grown;
            couldBeCopied += change.copied;
            basis = basisAt(process, *exact);
        }
    // Other members may have taken over pages of one that has ended: its values say nothing.
    if (couldBeCopied > enoughToLearn && left_ < couldBeCopied / 10)
        copiedShare_ =
            std::clamp(static_cast<double>(copied) / static_cast<double>(couldBeCopied), 0.0, 1.0);
    left_ = 0;
    throttle_.record(begin);
    urgent_.spend(begin);
}

void PrivateMemory::estimate(const std::vector<ProcessReading>& processes, const Indices& members,
                             std::vector<Bytes>& result) const
{
    Bytes sum = 0;
    Bytes largest = 0;
    Bytes all = 0;
    Bytes given = 0;
    for (const auto index : members) {
        const auto change = changeOf(processes[index]);
        const Bytes resident = processes[index].privateResident();
        const Bytes copied = static_cast<Bytes>(copiedShare_ * static_cast<double>(change.copied));
        const Bytes has =
            std::max<Bytes>(0, bases_.at(processes[index].stat.pid).anon + change.grown + copied);
        result[index] = std::min(has, resident);
        given += result[index];
        sum += has;
        largest = std::max(largest, resident);
        all += resident;
    }
    // What one member copied leaves the original to the others: the sum is right before the parts.
    Bytes rest = std::clamp(sum, largest, all) - given;
    for (const auto index : members) {
        const Bytes more = std::min(rest, processes[index].privateResident() - result[index]);
        result[index] += more;
        rest -= more;
    }
}

void PrivateMemory::forgetGone(const std::vector<ProcessReading>& processes)
{
    std::unordered_set<pid_t> alive;
    for (const auto& process : processes)
        alive.insert(process.stat.pid);
    std::erase_if(bases_, [&](const auto& item) {
        const bool gone = !alive.contains(item.first);
        if (gone) left_ += item.second.anon;
        return gone;
    });
}

} // namespace spillway
