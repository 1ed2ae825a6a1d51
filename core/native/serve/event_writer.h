#pragma once

#include "base/files.h"
#include "base/mutex.h"
#include "protocol/event.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <string>
#include <thread>

namespace spillway {

/// Sends events as lines to the host from a separate thread, so that a slow host does not block
/// workers. Lines that only show progress (progress, counters, tasks) are dropped while more than a
/// thousand are waiting. Also times the phases.
class EventWriter : public EventSink {
public:
    explicit EventWriter(UniqueFd out);
    ~EventWriter() override;

    void deliver(Event event) override;
    /// Waits until every line is written. False when the host is gone, or reads nothing for a
    /// second after the last event; before that, it may be slow.
    bool finish();
    /// Seconds of each phase that has ended.
    std::map<std::string, double> timings() const;

private:
    void write(std::stop_token stop);
    bool writeLine(const std::string& line, const std::stop_token& stop);
    bool waitForRoom(const std::stop_token& stop);
    void timePhase(const Event& event) REQUIRES(mutex_);

    UniqueFd out_;
    mutable Mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::string> lines_ GUARDED_BY(mutex_);
    bool writing_ GUARDED_BY(mutex_) = false;
    bool finishing_ GUARDED_BY(mutex_) = false;
    bool broken_ GUARDED_BY(mutex_) = false;
    std::map<std::string, Seconds> begun_ GUARDED_BY(mutex_);
    std::map<std::string, double> timings_ GUARDED_BY(mutex_);
    std::jthread thread_; ///< last, so that it ends first
};

} // namespace spillway
