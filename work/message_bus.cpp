#include "work/message_bus.h"

#include "base/thread.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace spillway {
namespace {

std::atomic<bool> givenUp = false;

/// Lives as long as the one who asks or the thread, whichever is longer.
struct Answer {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<QDBusConnection> bus; ///< guarded by mutex
};

} // namespace

QDBusConnection connectInTime(std::function<QDBusConnection()> connect,
                              std::chrono::milliseconds patience)
{
    const QDBusConnection nothing{QStringLiteral("no message bus")};
    const auto answer = std::make_shared<Answer>();
    auto thread = startThread([answer, connect = std::move(connect)] {
        auto bus = connect();
        const std::lock_guard lock(answer->mutex);
        answer->bus = std::move(bus);
        answer->changed.notify_all();
    });
    if (!thread) return nothing;
    std::unique_lock lock(answer->mutex);
    const bool answered =
        answer->changed.wait_for(lock, patience, [&] { return answer->bus.has_value(); });
    lock.unlock();
    if (answered) {
        thread->join();
        return *answer->bus;
    }
    thread->detach();
    givenUp = true;
    return nothing;
}

bool busGivenUp()
{
    return givenUp;
}

} // namespace spillway
