#include "experiment/cpu_watch.h"

#include <algorithm>

namespace spillway {

bool CpuWatch::disturbed(const RunRecord& record, Seconds unseen) const
{
    constexpr double otherShare = 0.2;
    constexpr double stealShare = 0.02;
    // The kernel counts in hundredths of a second: a shorter run says nothing.
    constexpr double shortest = 0.25;
    const CpuTimes now = cpuTimes();
    const double wall = (monotonicNow() - startedAt_).count();
    if (wall < shortest) return false;
    const int cores = usableCores();
    const double own = now.self - start_.self + record.userSeconds + record.systemSeconds;
    const double missed = 2 * unseen.count() * (std::min(cores, record.cell.workers) + 1);
    const double other = now.busy - start_.busy - own - missed;
    return other > otherShare * wall || now.steal - start_.steal > stealShare * wall * cores;
}

} // namespace spillway
