#include "host/process_sweep.h"

#include "base/directory_handle.h"
#include "base/files.h"
#include "host/scratch.h"
#include "measure/process_tree.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace spillway {
namespace {

/// A small file of /proc, at most `limit` bytes of it; empty when the process is gone or not ours.
std::string readProc(const std::string& path, std::size_t limit)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string content;
    char buffer[4096];
    while (fd && content.size() < limit) {
        const auto count = ::read(fd.get(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        content.append(buffer, static_cast<std::size_t>(count));
    }
    return content;
}

/// Children of this process: one small file, where a pass over /proc takes a millisecond.
std::vector<pid_t> directChildren()
{
    const auto self = std::to_string(::getpid());
    std::istringstream text(readProc("/proc/self/task/" + self + "/children", 1 << 22));
    std::vector<pid_t> children;
    for (pid_t pid = 0; text >> pid;)
        children.push_back(pid);
    return children;
}

void waitForChild(Seconds atMost)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    const timespec time{0, static_cast<long>(atMost.count() * 1e9)};
    sigtimedwait(&set, nullptr, &time);
}

struct ProcessStat {
    char state = 'Z';
    double startedAt = 0; ///< seconds since boot
};

std::optional<ProcessStat> statOf(pid_t pid)
{
    const auto text = readProc("/proc/" + std::to_string(pid) + "/stat", 4096);
    // The name in parentheses may hold anything, parentheses too.
    const auto end = text.rfind(')');
    if (end == std::string::npos) return std::nullopt;
    std::istringstream fields(text.substr(end + 1));
    ProcessStat stat;
    std::string skipped;
    fields >> stat.state;
    for (int i = 4; i < 22; ++i)
        fields >> skipped;
    fields >> stat.startedAt;
    stat.startedAt /= static_cast<double>(::sysconf(_SC_CLK_TCK));
    return stat;
}

bool running(pid_t pid)
{
    const auto stat = statOf(pid);
    return stat && stat->state != 'Z' && stat->state != 'X';
}

/// Whether `process` is still the one that was seen, not a later one with its number.
bool stillThere(const SeenProcess& process)
{
    const auto stat = statOf(process.pid);
    if (!stat || stat->state == 'Z' || stat->state == 'X') return false;
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double boot = static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
    return stat->startedAt <= boot - (monotonicNow() - process.seen).count();
}

bool carries(pid_t pid, const std::string& mark)
{
    const auto environment = '\0' + readProc("/proc/" + std::to_string(pid) + "/environ", 1 << 21);
    return environment.find('\0' + mark + '\0') != std::string::npos;
}

/// Python's resource trackers (multiprocessing's, joblib's) remove named semaphores and shared
/// memory of the processes they serve when the last of these has ended; if killed earlier they
/// leave them in /dev/shm forever. They get some time to end by themselves.
bool isResourceTracker(pid_t pid)
{
    const auto command = readProc("/proc/" + std::to_string(pid) + "/cmdline", 4096);
    return command.find("resource_tracker import main") != std::string::npos;
}

/// Until the sweep that began at `begin` has given them their time.
std::vector<pid_t> withoutTrackers(std::vector<pid_t> processes, Seconds begin,
                                   Seconds trackerGrace)
{
    if (monotonicNow() - begin < trackerGrace) std::erase_if(processes, isResourceTracker);
    return processes;
}

void killAll(const std::vector<pid_t>& processes, std::set<pid_t>& hit)
{
    for (const auto pid : processes)
        if (::kill(pid, SIGKILL) == 0) hit.insert(pid);
}

std::string markOf(const std::filesystem::path& scratch)
{
    return std::string(scratchVariable) + '=' + scratch.string();
}

/// Every process but this one, by number.
std::vector<pid_t> allProcesses()
{
    std::vector<pid_t> found;
    const DirectoryHandle proc(::opendir("/proc"));
    while (const dirent* entry = proc ? ::readdir(proc.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        pid_t pid = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec == std::errc() && parsed.ptr == name.data() + name.size() &&
            pid != ::getpid())
            found.push_back(pid);
    }
    std::ranges::sort(found);
    return found;
}

std::vector<pid_t> markedAmong(const std::vector<pid_t>& processes, const std::string& mark)
{
    std::vector<pid_t> found;
    for (const auto pid : processes)
        if (carries(pid, mark) && running(pid)) found.push_back(pid);
    return found;
}

void addDescendants(std::vector<pid_t>& processes)
{
    const auto roots = processes;
    for (const auto root : roots)
        for (const auto below : descendants(root))
            if (running(below)) processes.push_back(below);
}

} // namespace

bool reapChildren(const std::function<void(pid_t, int)>& onReaped)
{
    while (true) {
        int status = 0;
        const pid_t pid = ::waitpid(-1, &status, WNOHANG);
        if (pid > 0)
            onReaped(pid, status);
        else if (pid == 0)
            return true;
        else if (errno != EINTR)
            return false;
    }
}

SweepOutcome sweepDescendants(const std::function<void(pid_t, int)>& onReaped, Seconds limit,
                              Seconds trackerGrace)
{
    const auto begin = monotonicNow();
    const auto end = begin + limit;
    std::set<pid_t> hit;
    while (reapChildren(onReaped)) {
        killAll(withoutTrackers(descendants(::getpid()), begin, trackerGrace), hit);
        // A fork bomb can outrun passes over /proc, but whatever it leaves behind becomes our
        // child.
        for (int round = 0; round < 50; ++round) {
            if (!reapChildren(onReaped)) break;
            killAll(withoutTrackers(directChildren(), begin, trackerGrace), hit);
            waitForChild(Seconds(0.001));
        }
        if (monotonicNow() > end && reapChildren(onReaped))
            return {static_cast<int>(hit.size()), static_cast<int>(descendants(::getpid()).size())};
    }
    return {static_cast<int>(hit.size()), 0};
}

SweepOutcome killMarked(const std::filesystem::path& scratch, const std::vector<SeenProcess>& seen,
                        Seconds limit)
{
    const auto begin = monotonicNow();
    const auto end = begin + limit;
    std::set<pid_t> hit;
    while (true) {
        const auto before = allProcesses();
        auto targets = markedAmong(before, markOf(scratch));
        for (const auto& process : seen)
            if (stillThere(process)) targets.push_back(process.pid);
        addDescendants(targets);
        killAll(withoutTrackers(targets, begin, longTrackerGrace), hit);
        const auto after = allProcesses();
        // A process started meanwhile may be a child of one that has ended meanwhile.
        const bool nobodyNew = std::ranges::includes(before, after);
        if (targets.empty() && nobodyNew) return {static_cast<int>(hit.size()), 0};
        if (monotonicNow() > end)
            return {static_cast<int>(hit.size()), static_cast<int>(targets.size())};
        if (!targets.empty()) ::poll(nullptr, 0, 2);
    }
}

} // namespace spillway
