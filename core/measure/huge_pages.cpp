#include "measure/huge_pages.h"

#include "measure/proc_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

/// Whether a line is the head of a mapping of smaps, and a shared one ("7f0-7f1 rw-s …").
bool isHead(std::string_view line)
{
    const auto blank = line.find(' ');
    return blank != std::string_view::npos && line.find('-') < blank && line.size() > blank + 4;
}

bool isShared(std::string_view head)
{
    return head[head.find(' ') + 4] == 's';
}

} // namespace

void HugePages::measure(std::vector<ProcessReading>& processes)
{
    const bool due = throttle_.due();
    const auto begin = monotonicNow();
    bool read = false;
    for (auto& process : processes) {
        const Bytes all = process.status.hugetlb;
        if (all == 0) {
            entries_.erase(process.stat.pid);
            continue;
        }
        Entry& entry = entries_[process.stat.pid];
        if (entry.startTime != process.stat.startTime)
            entry = {.startTime = process.stat.startTime, .all = -1, .shared = 0};
        if (due && entry.all != all) {
            entry.all = all;
            entry.shared = sharedPart(process.stat.pid);
            read = true;
        }
        process.privateHuge = std::max<Bytes>(0, all - entry.shared);
    }
    if (read) throttle_.record(begin);
}

/// smaps walks over all pages of the process, maps does not: it is asked only where it must be.
Bytes HugePages::sharedPart(pid_t pid)
{
    const auto maps = readText(fmt::format("/proc/{}/maps", pid));
    const auto heads = lines(maps);
    if (std::none_of(heads.begin(), heads.end(),
                     [](std::string_view line) { return isHead(line) && isShared(line); }))
        return 0;
    const auto smaps = readText(fmt::format("/proc/{}/smaps", pid));
    Bytes sum = 0;
    bool shared = false;
    for (const auto line : lines(smaps)) {
        if (isHead(line))
            shared = isShared(line);
        else if (shared)
            sum += kilobytes(line, "Private_Hugetlb:") + kilobytes(line, "Shared_Hugetlb:");
    }
    return sum;
}

} // namespace spillway
