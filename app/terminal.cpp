#include "app/terminal.h"

#include <fmt/format.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace spillway {

int exitCodeOf(const Error& error)
{
    switch (error.code) {
    case ErrorCode::InvalidArgument:
        return ExitUsage;
    case ErrorCode::DataUnreadable:
        return ExitDataUnreadable;
    case ErrorCode::Cancelled:
        return ExitCancelled;
    default:
        return ExitRunFailed;
    }
}

int fail(const Error& error)
{
    fmt::print(stderr, "spillway: {}\n", describe(error));
    return exitCodeOf(error);
}

bool mayColour(int fd)
{
    const char* noColour = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return isatty(fd) && !(noColour && *noColour) && !(term && std::string_view(term) == "dumb");
}

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO)) {}

ProgressLine::~ProgressLine()
{
    erase();
}

void ProgressLine::erase()
{
    if (shown_) fmt::print(stderr, "\r\033[K");
    shown_ = false;
}

void ProgressLine::show(std::string_view text)
{
    if (!terminal_) return;
    const auto width = static_cast<std::size_t>(std::max(20, terminalWidth() - 1));
    fmt::print(stderr, "\r\033[K{}", text.substr(0, width));
    std::fflush(stderr);
    shown_ = true;
}

void ProgressLine::print(std::string_view line)
{
    erase();
    fmt::print(stderr, "{}\n", line);
}

StopOnSignal::StopOnSignal()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    // Blocked here and so in every thread that starts later: only the waiter sees them.
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiter_ = std::jthread([source = source_, signals](const std::stop_token& ended) mutable {
        // sigtimedwait, since nothing else wakes a thread that waits for signals only.
        const timespec patience{.tv_sec = 0, .tv_nsec = 100'000'000};
        while (!ended.stop_requested()) {
            if (sigtimedwait(&signals, nullptr, &patience) < 0) continue;
            if (!source.request_stop()) _exit(ExitCancelled);
        }
    });
}

int terminalWidth()
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 100;
}

} // namespace spillway
