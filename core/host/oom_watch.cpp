#include "host/oom_watch.h"

#include "host/run_status.h"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

constexpr Seconds lookInterval(0.5);
constexpr Seconds dying(5);

} // namespace

OomWatch::OomWatch() : before_(oomKills()), kills_(before_) {}

void OomWatch::count(Seconds now)
{
    next_ = now + lookInterval;
    if (std::exchange(kills_, oomKills()) != kills_) killedAt_ = now;
}

void OomWatch::look(std::vector<pid_t> living, Seconds now)
{
    std::ranges::sort(living);
    const bool gone = !std::ranges::includes(living, living_);
    living_ = std::move(living);
    if (gone || now >= next_) count(now);
    lostOne_ = lostOne_ || (gone && now - killedAt_ < dying);
}

bool OomWatch::killed()
{
    count(next_);
    return kills_ > before_;
}

} // namespace spillway
