#pragma once

#include "base/files.h"
#include "base/mutex.h"

#include <condition_variable>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace spillway {

/// Messages from the host: lines on a descriptor, whose end means stop, and SIGTERM, which means
/// the same. SIGTERM must be blocked in every thread of the process before the channel is made.
class ControlChannel {
public:
    /// Does not own `fd`.
    explicit ControlChannel(int fd);
    ~ControlChannel();

    /// The next line without its break; waits. Nothing once the run is to stop, and after a line
    /// longer than 1 MiB.
    std::optional<std::string> nextLine();
    std::stop_token stopToken() const { return stop_.get_token(); }

private:
    void watch();
    bool readSome();
    void stop();

    int fd_;
    UniqueFd wake_;
    UniqueFd signals_;
    std::string partial_; ///< the watching thread's own
    Mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> lines_ GUARDED_BY(mutex_);
    std::stop_source stop_;
    std::jthread thread_; ///< last, so that it ends first
};

} // namespace spillway
