#include "native/serve/control_channel.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace spillway {
namespace {

constexpr std::size_t longestLine = std::size_t(1) << 20;

UniqueFd terminationSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC));
}

} // namespace

ControlChannel::ControlChannel(int fd)
    : fd_(fd),
      wake_(::eventfd(0, EFD_CLOEXEC)),
      signals_(terminationSignals()),
      thread_([this] { watch(); })
{
}

ControlChannel::~ControlChannel()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
}

std::optional<std::string> ControlChannel::nextLine()
{
    MutexLock lock(mutex_);
    changed_.wait(lock.native(),
                  [this]() REQUIRES(mutex_) { return !lines_.empty() || stop_.stop_requested(); });
    if (lines_.empty() || stop_.stop_requested()) return {};
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
}

void ControlChannel::stop()
{
    stop_.request_stop();
    const MutexLock lock(mutex_);
    changed_.notify_all();
}

void ControlChannel::watch()
{
    bool open = true;
    while (open) {
        std::array<pollfd, 3> ready{pollfd{.fd = fd_, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                    pollfd{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
        if (::poll(ready.data(), ready.size(), -1) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        if (ready[2].revents != 0) return;
        if (ready[1].revents != 0) break;
        if (ready[0].revents != 0) open = readSome();
    }
    stop();
}

/// False at the end of what the host says.
bool ControlChannel::readSome()
{
    std::array<char, 16384> buffer;
    const auto count = ::read(fd_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    partial_.append(buffer.data(), static_cast<std::size_t>(count));
    const MutexLock lock(mutex_);
    for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n')) {
        lines_.push_back(partial_.substr(0, end));
        partial_.erase(0, end + 1);
    }
    changed_.notify_all();
    return partial_.size() <= longestLine && lines_.size() <= 16;
}

} // namespace spillway
