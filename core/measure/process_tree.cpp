#include "measure/process_tree.h"

#include "measure/huge_pages.h"
#include "measure/private_memory.h"
#include "measure/proc_text.h"
#include "measure/process_table.h"
#include "measure/roles.h"
#include "measure/shared_memory.h"
#include "measure/thread_switches.h"
#include "measure/tree_usage.h"

#include <fcntl.h>

#include <fmt/format.h>

#include <cerrno>

namespace spillway {

struct ProcessTreeSampler::Private {
    Private(pid_t root, const std::vector<RoleRule>& rules) : table(root), roles(rules), usage(root)
    {
    }

    std::vector<ProcessReading> readAll();
    void fillMemory(std::vector<ProcessReading>& processes, bool exact, Sample& sample);
    void fillUsage(Sample& sample);

    ProcessTable table;
    Roles roles;
    PrivateMemory privateMemory;
    HugePages hugePages;
    SharedMemory sharedMemory;
    ThreadSwitches switches;
    TreeUsage usage;
    std::vector<pid_t> living; ///< at the last sample
    std::string buffer;
};

ProcessTreeSampler::ProcessTreeSampler(pid_t root, const std::vector<RoleRule>& roles)
    : d_(std::make_unique<Private>(root, roles))
{
}

ProcessTreeSampler::~ProcessTreeSampler() = default;

/// Reads every living process. One that vanishes on the way is left out; one that cannot be read
/// now (this program has no descriptor left) stands as it was last read.
std::vector<ProcessReading> ProcessTreeSampler::Private::readAll()
{
    usage.readAhead();
    auto present = table.descendants();
    const auto alive = present.size();
    present.insert(present.end(), table.ended().begin(), table.ended().end());
    usage.update(present);
    std::vector<ProcessReading> processes;
    for (std::size_t i = 0; i < alive; ++i) {
        const auto& stat = present[i];
        if (!readInto(AT_FDCWD, fmt::format("/proc/{}/status", stat.pid).c_str(), buffer)) {
            if (!isGone(errno))
                processes.push_back({.stat = stat, .status = usage.lastStatus(stat)});
            continue;
        }
        processes.push_back({.stat = stat, .status = statusFacts(buffer)});
        usage.noteStatus(processes.back(), switches.count(processes.back()));
    }
    return processes;
}

void ProcessTreeSampler::Private::fillMemory(std::vector<ProcessReading>& processes, bool exact,
                                             Sample& sample)
{
    hugePages.measure(processes);
    const auto anon = privateMemory.measure(processes, exact);
    sample.shared = sharedMemory.measure(processes);
    for (std::size_t i = 0; i < processes.size(); ++i) {
        sample.anon += anon[i];
        sample.anonByRole[roles.roleOf(processes[i].stat)] += anon[i];
        sample.file += processes[i].status.file;
        sample.hwmSum += processes[i].status.highWater;
        sample.threads += processes[i].stat.threads;
    }
    sample.processes = static_cast<int>(processes.size());
}

void ProcessTreeSampler::Private::fillUsage(Sample& sample)
{
    const auto used = usage.soFar();
    sample.diskRead = used.diskRead;
    sample.diskWritten = used.diskWritten;
    sample.userSeconds = used.userSeconds;
    sample.systemSeconds = used.systemSeconds;
    sample.contextSwitches = used.contextSwitches;
}

Sample ProcessTreeSampler::sample(Reading reading)
{
    Sample sample;
    sample.t = monotonicNow();
    auto processes = d_->readAll();
    d_->roles.update(processes);
    d_->switches.finishRound(processes);
    d_->fillMemory(processes, reading == Reading::Exact, sample);
    d_->fillUsage(sample);
    d_->living.clear();
    for (const auto& process : processes)
        d_->living.push_back(process.stat.pid);
    return sample;
}

bool ProcessTreeSampler::estimated() const
{
    return d_->privateMemory.estimated();
}

Bytes ProcessTreeSampler::driverResident() const
{
    if (!d_->roles.driver()) d_->roles.update(d_->readAll());
    const auto driver = d_->roles.driver();
    if (!driver) return 0;
    const auto stat = statFacts(readText(fmt::format("/proc/{}/stat", driver->pid)));
    if (!stat || stat->startTime != driver->startTime) return 0;
    return statusFacts(readText(fmt::format("/proc/{}/status", driver->pid))).resident;
}

Bytes ProcessTreeSampler::hwmSum() const
{
    return d_->usage.highWater();
}

std::vector<pid_t> ProcessTreeSampler::processes() const
{
    return d_->living;
}

std::vector<pid_t> descendants(pid_t root)
{
    std::vector<pid_t> pids;
    for (const auto& stat : ProcessTable(root).descendants())
        pids.push_back(stat.pid);
    return pids;
}

} // namespace spillway
