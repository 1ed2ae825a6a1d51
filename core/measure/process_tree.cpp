#include "measure/process_tree.h"

#include "measure/private_memory.h"
#include "measure/proc_text.h"
#include "measure/process_table.h"
#include "measure/roles.h"
#include "measure/shared_memory.h"
#include "measure/thread_switches.h"

#include <fcntl.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

namespace spillway {
namespace {

/// What a process has used up so far; kept when it ends.
struct Used {
    double userSeconds = 0;
    double systemSeconds = 0;
    Bytes diskRead = 0;
    Bytes diskWritten = 0;
    std::int64_t contextSwitches = 0;
    Bytes highWater = 0;

    void add(const Used& other)
    {
        userSeconds += other.userSeconds;
        systemSeconds += other.systemSeconds;
        diskRead += other.diskRead;
        diskWritten += other.diskWritten;
        contextSwitches += other.contextSwitches;
        highWater += other.highWater;
    }
};

struct Known {
    std::uint64_t startTime = 0;
    Used used;
    StatusFacts status; ///< as last read
};

} // namespace

struct ProcessTreeSampler::Private {
    Private(pid_t root, std::vector<RoleRule> rules) : table(root), roles(std::move(rules)) {}

    std::vector<ProcessReading> readAll();
    void takeTimes(const StatFacts& stat);
    void takeCounters(const ProcessReading& process);
    void retireGone();
    void fillMemory(const std::vector<ProcessReading>& processes, Sample& sample);
    Used usedSoFar() const;

    ProcessTable table;
    Roles roles;
    PrivateMemory privateMemory;
    SharedMemory sharedMemory;
    ThreadSwitches switches;
    std::unordered_map<pid_t, Known> known;
    std::vector<StatFacts> present; ///< at the last pass, ended ones included
    std::vector<pid_t> living;      ///< at the last sample
    Used ended;
    std::string buffer;
};

ProcessTreeSampler::ProcessTreeSampler(pid_t root, std::vector<RoleRule> roles)
    : d_(std::make_unique<Private>(root, std::move(roles)))
{
}

ProcessTreeSampler::~ProcessTreeSampler() = default;

/// Reads every living process. One that vanishes on the way is left out; one that cannot be read
/// now (this program has no descriptor left) stands as it was last read.
std::vector<ProcessReading> ProcessTreeSampler::Private::readAll()
{
    std::vector<ProcessReading> processes;
    present = table.descendants();
    const auto count = present.size();
    present.insert(present.end(), table.ended().begin(), table.ended().end());
    for (const auto& stat : present)
        takeTimes(stat);
    for (std::size_t i = 0; i < count; ++i) {
        if (!readInto(AT_FDCWD, fmt::format("/proc/{}/status", present[i].pid).c_str(), buffer)) {
            if (isGone(errno)) continue;
            processes.push_back({present[i], known[present[i].pid].status});
            continue;
        }
        processes.push_back({present[i], statusFacts(buffer)});
        takeCounters(processes.back());
    }
    return processes;
}

void ProcessTreeSampler::Private::takeTimes(const StatFacts& stat)
{
    Known& entry = known[stat.pid];
    if (entry.startTime != stat.startTime) {
        ended.add(entry.used);
        entry = {.startTime = stat.startTime, .used = {}, .status = {}};
    }
    entry.used.userSeconds = stat.userSeconds;
    entry.used.systemSeconds = stat.systemSeconds;
}

void ProcessTreeSampler::Private::takeCounters(const ProcessReading& process)
{
    known[process.stat.pid].status = process.status;
    Used& used = known[process.stat.pid].used;
    used.highWater = std::max(used.highWater, process.status.highWater);
    used.contextSwitches = std::max(used.contextSwitches, switches.count(process));
    if (!readInto(AT_FDCWD, fmt::format("/proc/{}/io", process.stat.pid).c_str(), buffer)) return;
    const auto io = ioFacts(buffer);
    used.diskRead = std::max(used.diskRead, io.read);
    used.diskWritten = std::max(used.diskWritten, io.written);
}

void ProcessTreeSampler::Private::retireGone()
{
    std::erase_if(known, [&](const auto& item) {
        const bool here = std::any_of(present.begin(), present.end(), [&](const StatFacts& stat) {
            return stat.pid == item.first;
        });
        if (!here) ended.add(item.second.used);
        return !here;
    });
}

void ProcessTreeSampler::Private::fillMemory(const std::vector<ProcessReading>& processes,
                                             Sample& sample)
{
    const auto anon = privateMemory.measure(processes);
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

Used ProcessTreeSampler::Private::usedSoFar() const
{
    Used sum = ended;
    for (const auto& [pid, entry] : known)
        sum.add(entry.used);
    return sum;
}

Sample ProcessTreeSampler::sample()
{
    Sample sample;
    sample.t = monotonicNow();
    const auto processes = d_->readAll();
    d_->retireGone();
    d_->roles.update(processes);
    d_->switches.finishRound(processes);
    d_->fillMemory(processes, sample);
    const auto used = d_->usedSoFar();
    sample.diskRead = used.diskRead;
    sample.diskWritten = used.diskWritten;
    sample.userSeconds = used.userSeconds;
    sample.systemSeconds = used.systemSeconds;
    sample.contextSwitches = used.contextSwitches;
    d_->living.clear();
    for (const auto& process : processes)
        d_->living.push_back(process.stat.pid);
    return sample;
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
    return d_->usedSoFar().highWater;
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
