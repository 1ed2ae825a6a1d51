#include "native/objectstore/spill_workers.h"

#include "base/thread.h"
#include "native/objectstore/segments.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

namespace spillway {
namespace {

constexpr std::size_t mostThreads = 4;

} // namespace

SpillWorkers::SpillWorkers(std::filesystem::path directory)
    : directory_(std::move(directory)), ready_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

SpillWorkers::~SpillWorkers()
{
    for (auto& thread : threads_)
        thread.request_stop();
}

void SpillWorkers::start(const DiskJob& job)
{
    const MutexLock lock(mutex_);
    jobs_.push_back(job);
    if (jobs_.size() > static_cast<std::size_t>(idle_) && threads_.size() < mostThreads) {
        auto thread = startThread([this](const std::stop_token& stop) { work(stop); });
        if (thread) threads_.push_back(std::move(*thread));
        // Without any thread the job would never be done; existing threads do it later.
        if (threads_.empty()) {
            jobs_.pop_back();
            report({.id = job.id, .wrote = !job.record, .record = thread.error()});
        }
    }
    changed_.notify_one();
}

std::vector<DiskOutcome> SpillWorkers::takeOutcomes()
{
    std::uint64_t count = 0;
    [[maybe_unused]] const auto size = ::read(ready_.get(), &count, sizeof count);
    const MutexLock lock(mutex_);
    return std::exchange(outcomes_, {});
}

void SpillWorkers::work(const std::stop_token& stop)
{
    MutexLock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock.native(), stop, [this]() REQUIRES(mutex_) { return !jobs_.empty(); });
        --idle_;
        if (stop.stop_requested()) return;
        const DiskJob job = jobs_.front();
        jobs_.pop_front();
        lock.unlock();
        DiskOutcome outcome = perform(job, stop);
        lock.lock();
        report(std::move(outcome));
    }
}

void SpillWorkers::report(DiskOutcome outcome)
{
    outcomes_.push_back(std::move(outcome));
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto size = ::write(ready_.get(), &one, sizeof one);
}

DiskOutcome SpillWorkers::perform(const DiskJob& job, const std::stop_token& stop)
{
    const bool write = !job.record;
    const auto region =
        mapSegment(job.fd, job.offset, static_cast<std::uint64_t>(job.bytes), !write);
    if (!region) return {.id = job.id, .wrote = write, .record = region.error()};
    const std::span content(static_cast<std::byte*>(region->get_address()), region->get_size());
    if (write) {
        const std::array<std::span<const std::byte>, 1> source{content};
        return {.id = job.id, .wrote = true, .record = directory_.append(source, stop)};
    }
    const std::array<std::span<std::byte>, 1> target{content};
    if (auto read = job.record->read(target, stop); !read)
        return {.id = job.id, .wrote = false, .record = read.error()};
    return {.id = job.id, .wrote = false};
}

} // namespace spillway
