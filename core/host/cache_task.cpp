#include "host/cache_task.h"

#include "base/thread.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace spillway {
namespace {

Result<CacheOutcome> looked(const std::vector<std::filesystem::path>& paths)
{
    const auto resident = residency(paths);
    if (!resident) return resident.error();
    return CacheOutcome{*resident, false};
}

Result<CacheOutcome> warmed(const CacheWish& wish, const std::stop_token& stop,
                            const ByteProgress& progress)
{
    if (const auto now = looked(wish.paths); !now || now->resident < 0.99)
        for (const auto& other : wish.others)
            (void)evictCache({other}, stop); // one that stays leaves less room, which is seen
    return warmCache(wish.paths, wish.room, stop, progress);
}

Result<CacheOutcome> prepare(const CacheWish& wish, const std::stop_token& stop,
                             const ByteProgress& progress)
{
    if (wish.state == CacheState::Warm) return warmed(wish, stop, progress);
    if (wish.state == CacheState::Cold) return evictCache(wish.paths, stop);
    return looked(wish.paths);
}

} // namespace

CacheTask::CacheTask() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void CacheTask::start(CacheWish wish)
{
    outcome_.reset();
    done_ = total_ = 0;
    auto thread = startThread([this, wish = std::move(wish)](const std::stop_token& stop) {
        outcome_ = prepare(wish, stop, [this](Bytes done, Bytes total) {
            total_ = total;
            done_ = done;
        });
        ::eventfd_write(event_.get(), 1);
    });
    refused_ = !thread;
    if (thread) {
        thread_ = std::move(*thread);
        return;
    }
    outcome_ = thread.error();
    ::eventfd_write(event_.get(), 1);
}

std::optional<Result<CacheOutcome>> CacheTask::take()
{
    if (!busy()) return std::nullopt;
    if (thread_.joinable()) thread_.join();
    refused_ = false;
    eventfd_t count = 0;
    ::eventfd_read(event_.get(), &count);
    return std::exchange(outcome_, std::nullopt);
}

} // namespace spillway
