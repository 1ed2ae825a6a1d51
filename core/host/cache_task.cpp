#include "host/cache_task.h"

#include "base/thread.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace spillway {
namespace {

Result<CacheOutcome> prepare(CacheState state, const std::vector<std::filesystem::path>& paths,
                             const std::stop_token& stop)
{
    if (state == CacheState::Warm) return warmCache(paths, stop);
    if (state == CacheState::Cold) return evictCache(paths, stop);
    const auto resident = residency(paths);
    if (!resident) return resident.error();
    return CacheOutcome{*resident, false};
}

} // namespace

CacheTask::CacheTask() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void CacheTask::start(CacheState state, std::vector<std::filesystem::path> paths)
{
    outcome_.reset();
    auto thread = startThread([this, state, paths = std::move(paths)](const std::stop_token& stop) {
        outcome_ = prepare(state, paths, stop);
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
