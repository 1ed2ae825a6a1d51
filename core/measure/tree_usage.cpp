#include "measure/tree_usage.h"

#include "measure/proc_text.h"

#include <fcntl.h>

#include <fmt/format.h>

#include <algorithm>

namespace spillway {

void Usage::add(const Usage& other)
{
    userSeconds += other.userSeconds;
    systemSeconds += other.systemSeconds;
    diskRead += other.diskRead;
    diskWritten += other.diskWritten;
    contextSwitches += other.contextSwitches;
    highWater += other.highWater;
}

std::uint64_t TreeUsage::faultsWithChildren(const StatFacts& stat)
{
    return stat.minorFaults + stat.childrenMinorFaults;
}

/// What has come up before this pass stays claimable for it, no longer: the faults of processes
/// that no sample saw belong to none.
void TreeUsage::takeStat(Known& known, const StatFacts& stat)
{
    known.unclaimed = known.unclaimedNow;
    known.unclaimedNow = stat.childrenMinorFaults - known.stat.childrenMinorFaults;
    known.stat = stat;
    known.used.userSeconds = stat.userSeconds + stat.childrenUserSeconds;
    known.used.systemSeconds = stat.systemSeconds + stat.childrenSystemSeconds;
}

void TreeUsage::takeTraffic(Known& known, pid_t pid)
{
    if (!readInto(AT_FDCWD, fmt::format("/proc/{}/io", pid).c_str(), buffer_)) return;
    const auto io = ioFacts(buffer_);
    known.used.diskRead = std::max(known.used.diskRead, io.read);
    known.used.diskWritten = std::max(known.used.diskWritten, io.written);
}

void TreeUsage::readRoot()
{
    takeTraffic(rootKnown_, root_);
    if (!readInto(AT_FDCWD, fmt::format("/proc/{}/stat", root_).c_str(), buffer_)) return;
    const auto stat = statFacts(buffer_);
    if (!stat) return;
    takeStat(rootKnown_, *stat);
    if (stat->childrenMinorFaults > 0) return;
    rootReadItself_ = rootKnown_.used.diskRead;
    rootWroteItself_ = rootKnown_.used.diskWritten;
}

void TreeUsage::readAhead()
{
    readRoot();
    for (auto& [identity, known] : known_)
        if (known.passesGone == 0) takeTraffic(known, identity.second);
}

void TreeUsage::update(const std::vector<StatFacts>& present)
{
    for (auto& [identity, known] : known_)
        ++known.passesGone;
    for (const auto& stat : present) {
        const Identity identity{stat.startTime, stat.pid};
        const auto [found, isNew] = known_.try_emplace(identity);
        identities_[stat.pid] = identity;
        takeStat(found->second, stat);
        found->second.passesGone = 0;
        if (isNew) takeTraffic(found->second, stat.pid);
    }
    settleGone();
}

void TreeUsage::noteStatus(const ProcessReading& process, std::int64_t contextSwitches)
{
    Known& known = known_[{process.stat.startTime, process.stat.pid}];
    known.status = process.status;
    known.used.highWater = std::max(known.used.highWater, process.status.highWater);
    known.used.contextSwitches = std::max(known.used.contextSwitches, contextSwitches);
}

StatusFacts TreeUsage::lastStatus(const StatFacts& stat) const
{
    const auto found = known_.find({stat.startTime, stat.pid});
    return found == known_.end() ? StatusFacts{} : found->second.status;
}

/// Children first: the faults of a process that ended with its parent are in the parent's, so both
/// are claimed from the same ancestor.
void TreeUsage::settleGone()
{
    constexpr int patience = 2;
    for (auto item = known_.end(); item != known_.begin();) {
        --item;
        Known& known = item->second;
        if (known.passesGone == 0) continue;
        const bool inAncestor = handedOn(known);
        if (!inAncestor && known.passesGone < patience) continue;
        if (inAncestor)
            known.used = {.contextSwitches = known.used.contextSwitches,
                          .highWater = known.used.highWater};
        ended_.add(known.used);
        const auto newest = identities_.find(item->first.second);
        if (newest != identities_.end() && newest->second == item->first) identities_.erase(newest);
        item = known_.erase(item);
    }
}

TreeUsage::Known* TreeUsage::byPid(pid_t pid)
{
    const auto found = identities_.find(pid);
    if (found == identities_.end()) return nullptr;
    const auto known = known_.find(found->second);
    return known == known_.end() ? nullptr : &known->second;
}

bool TreeUsage::claim(Known& ancestor, std::uint64_t faults)
{
    if (ancestor.unclaimed + ancestor.unclaimedNow < faults) return false;
    const auto old = std::min(ancestor.unclaimed, faults);
    ancestor.unclaimed -= old;
    ancestor.unclaimedNow -= faults - old;
    return true;
}

/// Whether the figures of a process that is gone have come to an ancestor; marks them as claimed.
bool TreeUsage::handedOn(const Known& gone)
{
    constexpr int deepest = 4096; // pids may be reused: a chain could become a cycle
    const auto faults = faultsWithChildren(gone.stat);
    pid_t pid = gone.stat.parent;
    for (int depth = 0; depth < deepest; ++depth) {
        Known* ancestor = byPid(pid);
        if (!ancestor) break;
        if (ancestor->passesGone == 0 && claim(*ancestor, faults)) return true;
        pid = ancestor->stat.parent;
    }
    return claim(rootKnown_, faults);
}

Usage TreeUsage::soFar()
{
    Usage sum = ended_;
    for (const auto& [identity, known] : known_)
        sum.add(known.used);
    sum.userSeconds += rootKnown_.stat.childrenUserSeconds;
    sum.systemSeconds += rootKnown_.stat.childrenSystemSeconds;
    sum.diskRead += rootKnown_.used.diskRead - rootReadItself_;
    sum.diskWritten += rootKnown_.used.diskWritten - rootWroteItself_;
    reported_ = {.userSeconds = std::max(reported_.userSeconds, sum.userSeconds),
                 .systemSeconds = std::max(reported_.systemSeconds, sum.systemSeconds),
                 .diskRead = std::max(reported_.diskRead, sum.diskRead),
                 .diskWritten = std::max(reported_.diskWritten, sum.diskWritten),
                 .contextSwitches = std::max(reported_.contextSwitches, sum.contextSwitches),
                 .highWater = sum.highWater};
    return reported_;
}

Bytes TreeUsage::highWater() const
{
    Bytes sum = ended_.highWater;
    for (const auto& [identity, known] : known_)
        sum += known.used.highWater;
    return sum;
}

} // namespace spillway
