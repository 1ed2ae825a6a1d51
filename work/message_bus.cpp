#include "work/message_bus.h"

#include "base/mutex.h"
#include "base/thread.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <optional>
#include <utility>

namespace spillway {
namespace {

std::atomic<bool> givenUp = false;

/// Lives as long as the one who asks or the thread, whichever is longer.
struct Answer {
    Mutex mutex;
    std::condition_variable changed;
    std::optional<QDBusConnection> bus GUARDED_BY(mutex);
};

} // namespace

QDBusConnection connectInTime(std::function<QDBusConnection()> connect,
                              std::chrono::milliseconds patience)
{
    QDBusConnection nothing{QStringLiteral("no message bus")};
    const auto answer = std::make_shared<Answer>();
    auto thread = startThread([answer, connect = std::move(connect)] {
        auto bus = connect();
        const MutexLock lock(answer->mutex);
        answer->bus = std::move(bus);
        answer->changed.notify_all();
    });
    if (!thread) return nothing;
    MutexLock lock(answer->mutex);
    answer->changed.wait_for(lock.native(), patience,
                             [&]() REQUIRES(answer->mutex) { return answer->bus.has_value(); });
    const std::optional<QDBusConnection> bus = answer->bus;
    lock.unlock();
    if (bus) {
        thread->join();
        return *bus;
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
