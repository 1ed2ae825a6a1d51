#include "host/guarded_command.h"

#include "host/child_process.h"
#include "host/scratch.h"

#include <fmt/format.h>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <system_error>

namespace spillway {
namespace {

constexpr int tickMilliseconds = 200;
constexpr std::size_t longestLine = std::size_t(1) << 16;
constexpr std::size_t lastWordsKept = 4;

/// Reads one of the command's pipes into lines.
class PipeLines {
public:
    /// False at the end of the pipe.
    bool read(int fd, const LineHandler& onLine)
    {
        std::array<char, 16384> buffer;
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0) return errno == EAGAIN || errno == EINTR;
        lines_.append(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
        while (const auto line = lines_.next())
            onLine(*line);
        if (count == 0 && !lines_.rest().empty()) onLine(lines_.rest());
        return count > 0;
    }

private:
    LineReader lines_{longestLine};
};

class CommandLoop {
public:
    CommandLoop(ChildProcess& child, const LineHandler& onLine, const TickHandler& onTick,
                std::stop_token stop)
        : child_(child), onLine_(onLine), onTick_(onTick), stop_(std::move(stop))
    {
    }

    void untilSwept()
    {
        while (!child_.news().swept && !child_.news().gone)
            turn();
        // What was written before the end may still be in the pipes.
        drain();
        child_.removeScratch();
    }

    bool stopped() const { return stopped_; }
    std::string lastWords() const { return fmt::format("{}", fmt::join(last_, " / ")); }

private:
    void turn()
    {
        std::array<pollfd, 3> watched{{{child_.control(), POLLIN, 0},
                                       {child_.output(), POLLIN, 0},
                                       {child_.errors(), POLLIN, 0}}};
        ::poll(watched.data(), watched.size(), tickMilliseconds);
        if (watched[1].revents != 0) readOutput();
        if (watched[2].revents != 0) readErrors();
        child_.readNews();
        if (stop_.stop_requested() && !stopped_) {
            stopped_ = true;
            child_.stop();
        }
        if (onTick_) onTick_();
    }

    void drain()
    {
        for (int turns = 0; turns < 64 && (child_.output() >= 0 || child_.errors() >= 0); ++turns) {
            if (child_.output() >= 0) readOutput();
            if (child_.errors() >= 0) readErrors();
        }
    }

    void readOutput()
    {
        if (!output_.read(child_.output(), [this](auto line) { take(line); })) child_.closeOutput();
    }

    void readErrors()
    {
        if (!errors_.read(child_.errors(), [this](auto line) { take(line); })) child_.closeErrors();
    }

    void take(std::string_view line)
    {
        const auto text = lastLine(line);
        if (text.empty()) return;
        last_.push_back(text);
        if (last_.size() > lastWordsKept) last_.pop_front();
        if (onLine_) onLine_(text);
    }

    ChildProcess& child_;
    const LineHandler& onLine_;
    const TickHandler& onTick_;
    std::stop_token stop_;
    bool stopped_ = false;
    PipeLines output_;
    PipeLines errors_;
    std::deque<std::string> last_;
};

Error failed(const GuardedCommand& command, const GuardNews& news, const std::string& lastWords)
{
    const auto program = std::filesystem::path(command.line.front()).filename().string();
    const auto how = news.signal
                         ? fmt::format("was killed by signal {}", *news.signal)
                         : fmt::format("ended with exit code {}", news.exitCode.value_or(1));
    return makeError(ErrorCode::EngineFailed, fmt::format("{} {}: {}", program, how, lastWords));
}

} // namespace

Result<void> run(const GuardedCommand& command, const LineHandler& onLine,
                 const TickHandler& onTick, std::stop_token stop)
{
    const SigpipeBlock noSigpipe;
    std::error_code reason;
    std::filesystem::create_directories(command.scratchRoot, reason);
    if (reason) return systemError("Cannot use " + command.scratchRoot.string(), reason.value());
    sweepStaleScratch(command.scratchRoot);
    auto child = ChildProcess::start(command.guardProgram, command.line, command.scratchRoot);
    if (!child) return child.error();
    CommandLoop loop(**child, onLine, onTick, std::move(stop));
    loop.untilSwept();
    const auto& news = (*child)->news();
    if (loop.stopped()) return makeError(ErrorCode::Cancelled, "Cancelled.");
    if (news.failure) return *news.failure;
    if (!news.exitCode || *news.exitCode != 0) return failed(command, news, loop.lastWords());
    return {};
}

} // namespace spillway
