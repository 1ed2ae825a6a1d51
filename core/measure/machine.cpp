#include "measure/machine.h"

#include "measure/cgroup.h"
#include "measure/disk.h"
#include "measure/mounts.h"
#include "measure/proc_text.h"

#include <linux/magic.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <ctime>

namespace spillway {
namespace {

int affinityCores()
{
    for (int capacity = 1024; capacity <= (1 << 20); capacity *= 2) {
        cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(capacity));
        const auto size = CPU_ALLOC_SIZE(static_cast<std::size_t>(capacity));
        const bool fits = ::sched_getaffinity(0, size, set) == 0;
        const int count = fits ? CPU_COUNT_S(size, set) : 0;
        const bool tooSmall = !fits && errno == EINVAL;
        CPU_FREE(set);
        if (!tooSmall) return count;
    }
    return 0;
}

} // namespace

int usableCores()
{
    int cores = affinityCores();
    if (cores <= 0) cores = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    if (const auto quota = cgroupLimits().cpus)
        cores = std::min(cores, static_cast<int>(std::floor(std::min(*quota, 1e6))));
    return std::max(1, cores);
}

Bytes totalRam()
{
    return kilobytes(readText("/proc/meminfo"), "MemTotal:");
}

Bytes availableRam()
{
    const auto free = kilobytes(readText("/proc/meminfo"), "MemAvailable:");
    return std::min(free, cgroupLimits().memoryLeft.value_or(free));
}

Bytes defaultMemoryLimit(double share)
{
    constexpr Bytes unit = 500'000'000;
    const auto ram = totalRam();
    const auto usable = std::min(ram, cgroupLimits().memory.value_or(ram));
    const auto limit = static_cast<Bytes>(static_cast<double>(usable) * share);
    return limit < unit ? limit : limit / unit * unit;
}

bool isMemoryFileSystem(const std::filesystem::path& directory)
{
    struct statfs facts {};
    if (::statfs(nearestExisting(directory).c_str(), &facts) != 0) return false;
    return facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC ||
           facts.f_type == HUGETLBFS_MAGIC;
}

std::string fileSystemName(const std::filesystem::path& directory)
{
    const auto mount = mountOf(nearestExisting(directory));
    return mount ? mount->type : "unknown";
}

CpuTimes cpuTimes()
{
    // proc(5): cpu user nice system idle iowait irq softirq steal; guest time is part of user.
    const auto line = readLine("/proc/stat");
    const auto fields = words(line);
    const auto seconds = [&](std::size_t i) {
        const auto ticks = i < fields.size() ? leadingNumber<double>(fields[i]).value_or(0) : 0;
        return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
    };
    timespec self{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &self);
    return {.busy = seconds(1) + seconds(2) + seconds(3) + seconds(6) + seconds(7),
            .steal = seconds(8),
            .self = static_cast<double>(self.tv_sec) + 1e-9 * static_cast<double>(self.tv_nsec)};
}

} // namespace spillway
