#include "measure/process_table.h"

#include "measure/proc_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

namespace spillway {

ProcessTable::ProcessTable(pid_t root) : root_(root), proc_(::opendir("/proc")) {}

std::vector<StatFacts> ProcessTable::descendants()
{
    ++pass_;
    ended_.clear();
    if (!proc_) proc_.reset(::opendir("/proc"));
    if (!proc_) return {};
    listProcesses();
    std::erase_if(entries_, [&](const auto& item) { return item.second.pass != pass_; });
    std::vector<StatFacts> living;
    for (auto& [pid, entry] : entries_) {
        if (classify(entry, 0) != Kind::Own) continue;
        (entry.facts.ended() ? ended_ : living).push_back(entry.facts);
    }
    std::sort(living.begin(), living.end(), [](const StatFacts& a, const StatFacts& b) {
        return std::tie(a.startTime, a.pid) < std::tie(b.startTime, b.pid);
    });
    return living;
}

void ProcessTable::listProcesses()
{
    ::rewinddir(proc_.get());
    while (const dirent* item = ::readdir(proc_.get())) {
        const auto pid = leadingNumber<pid_t>(item->d_name);
        if (!pid || *pid == root_) continue;
        Entry& entry = entries_[*pid];
        if (entry.inode != item->d_ino)
            entry = {.inode = item->d_ino, .kind = Kind::Unknown, .pass = 0, .facts = {}};
        // A process of the tree that cannot be read because descriptors ran out keeps its last
        // values.
        if (entry.kind == Kind::Foreign || readStat(*pid, entry.facts) ||
            (entry.kind == Kind::Own && !isGone(errno)))
            entry.pass = pass_;
    }
}

bool ProcessTable::readStat(pid_t pid, StatFacts& facts)
{
    fmt::basic_memory_buffer<char, 32> name;
    fmt::format_to(std::back_inserter(name), "{}/stat", pid);
    name.push_back('\0');
    if (!readInto(::dirfd(proc_.get()), name.data(), buffer_)) return false;
    const auto read = statFacts(buffer_);
    if (read) facts = *read;
    return read.has_value();
}

/// Follows parents to the root, to the first process of the system or to a process that is known. A
/// parent that ended between two reads leaves the question open until the next pass, after one look
/// at who has adopted its child.
ProcessTable::Kind ProcessTable::classify(Entry& entry, int depth)
{
    constexpr int kDeepest = 4096; // pids may be reused within a pass: chains could become cycles
    if (entry.kind != Kind::Unknown) return entry.kind;
    for (int attempt = 0; attempt < 2 && depth < kDeepest; ++attempt) {
        const pid_t parent = entry.facts.parent;
        if (parent == root_) return entry.kind = Kind::Own;
        if (parent <= 1) return entry.kind = Kind::Foreign;
        const auto found = entries_.find(parent);
        if (found != entries_.end()) {
            const auto kind = classify(found->second, depth + 1);
            if (kind != Kind::Unknown) return entry.kind = kind;
        }
        if (!readStat(entry.facts.pid, entry.facts)) break;
    }
    return Kind::Unknown;
}

} // namespace spillway
