#include "native/serve/event_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace spillway {
namespace {

constexpr std::size_t mostWaiting = 1000;
constexpr int lookMilliseconds = 100;
constexpr int looksWhenFinishing = 10;

bool mayBeLeftOut(const Event& event)
{
    return std::holds_alternative<ProgressEvent>(event.body) ||
           std::holds_alternative<CountersEvent>(event.body) ||
           std::holds_alternative<TasksEvent>(event.body);
}

} // namespace

EventWriter::EventWriter(UniqueFd out)
    : out_(std::move(out)), thread_([this](std::stop_token stop) { write(std::move(stop)); })
{
}

EventWriter::~EventWriter() = default;

void EventWriter::deliver(Event event)
{
    std::string line = eventLine(event) + "\n";
    const MutexLock lock(mutex_);
    timePhase(event);
    if (broken_ || (lines_.size() >= mostWaiting && mayBeLeftOut(event))) return;
    lines_.push_back(std::move(line));
    changed_.notify_all();
}

void EventWriter::timePhase(const Event& event)
{
    const auto* phase = std::get_if<PhaseEvent>(&event.body);
    if (!phase) return;
    if (phase->begin)
        begun_[phase->name] = event.t;
    else
        timings_[phase->name] += (event.t - begun_[phase->name]).count();
}

std::map<std::string, double> EventWriter::timings() const
{
    const MutexLock lock(mutex_);
    return timings_;
}

bool EventWriter::finish()
{
    MutexLock lock(mutex_);
    finishing_ = true;
    changed_.wait(lock.native(),
                  [this]() REQUIRES(mutex_) { return broken_ || (lines_.empty() && !writing_); });
    return !broken_;
}

void EventWriter::write(std::stop_token stop)
{
    MutexLock lock(mutex_);
    const auto waiting = [this]() REQUIRES(mutex_) { return !lines_.empty(); };
    while (changed_.wait(lock.native(), stop, waiting)) {
        const std::string line = std::move(lines_.front());
        lines_.pop_front();
        writing_ = true;
        lock.unlock();
        const bool written = writeLine(line, stop);
        lock.lock();
        writing_ = false;
        broken_ |= !written;
        if (broken_) lines_.clear();
        changed_.notify_all();
    }
}

/// False when the host is gone, or had its second.
bool EventWriter::waitForRoom(const std::stop_token& stop)
{
    for (int looks = 0; looks < looksWhenFinishing;) {
        pollfd ready{.fd = out_.get(), .events = POLLOUT, .revents = 0};
        const int count = ::poll(&ready, 1, lookMilliseconds);
        if (count > 0) return (ready.revents & POLLOUT) != 0;
        if (count < 0 && errno != EINTR) return false;
        const MutexLock lock(mutex_);
        looks += finishing_ || stop.stop_requested();
    }
    return false;
}

/// A pipe that poll() calls writable takes PIPE_BUF bytes without blocking.
bool EventWriter::writeLine(const std::string& line, const std::stop_token& stop)
{
    for (std::size_t at = 0; at < line.size();) {
        if (!waitForRoom(stop)) return false;
        const auto size = std::min<std::size_t>(line.size() - at, PIPE_BUF);
        const auto written = ::write(out_.get(), line.data() + at, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        at += static_cast<std::size_t>(written);
    }
    return true;
}

} // namespace spillway
