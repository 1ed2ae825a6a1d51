#include "app/terminal.h"

#include "analysis/display_width.h"
#include "base/files.h"
#include "base/thread.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace spillway {
namespace {

std::string typedName = "spillway";

/// The errno of a failed write to standard output; 0: none failed.
int stdoutFailure = 0;

} // namespace

std::span<const std::pair<ExitCode, std::string_view>> exitMeanings()
{
    static constexpr std::array<std::pair<ExitCode, std::string_view>, 5> meanings{{
        {ExitOk, "Everything was done. Cells that an engine does not support are not failures."},
        {ExitRunFailed, "A run failed, and its record says why (--ignore-failure turns this into "
                        "0); or the command itself failed."},
        {ExitUsage, "Wrong usage."},
        {ExitDataUnreadable, "The data cannot be read."},
        {ExitCancelled, "Cancelled by a signal."},
    }};
    return meanings;
}

void writeStdout(std::string_view text)
{
    if (stdoutFailure != 0) return;
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) stdoutFailure = errno;
}

void writeStderr(std::string_view text)
{
    static_cast<void>(writeAll(STDERR_FILENO, text));
}

bool flushStdout()
{
    if (stdoutFailure == 0 && std::fflush(stdout) != 0) stdoutFailure = errno;
    return stdoutFailure == 0;
}

int exitCodeAfterOutput(int code)
{
    if (flushStdout()) return code;
    toStderr("spillway: Not everything could be written to standard output: {}.\n",
             std::strerror(stdoutFailure));
    return code == ExitOk ? ExitRunFailed : code;
}

void reserveStandardStreams()
{
    // Opened the wrong way round: what is read or written there fails, as with a closed one.
    for (const auto& [fd, way] :
         {std::pair(STDIN_FILENO, O_WRONLY), std::pair(STDOUT_FILENO, O_RDONLY),
          std::pair(STDERR_FILENO, O_RDONLY)})
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            static_cast<void>(::open("/dev/null", way)); // gets the lowest number, which is fd
}

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
    toStderr("spillway: {}\n", describe(error));
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
    if (shown_) toStderr("\r\033[K");
    shown_ = false;
}

void ProgressLine::show(std::string_view text)
{
    if (!terminal_) return;
    toStderr("\r\033[K{}", fitted(text, std::max(20, terminalWidth() - 1)));
    shown_ = true;
}

void ProgressLine::print(std::string_view line, std::string_view end,
                         std::optional<fmt::terminal_color> colour)
{
    erase();
    toStderr("{}", line);
    const auto plain = terminalText(end);
    writeStderr((colour ? fmt::format(fg(*colour), "{}", plain) : plain) + "\n");
}

StopOnSignal::StopOnSignal()
{
    sigset_t stopSignals;
    sigemptyset(&stopSignals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&stopSignals, signal);
    // Blocked here and so in every thread that starts later: only the waiter sees them.
    pthread_sigmask(SIG_BLOCK, &stopSignals, nullptr);
    auto waiter =
        startThread([source = source_, stopSignals](const std::stop_token& ended) mutable {
            // sigtimedwait, since nothing else wakes a thread that waits for signals only.
            const timespec patience{.tv_sec = 0, .tv_nsec = 100'000'000};
            while (!ended.stop_requested()) {
                if (sigtimedwait(&stopSignals, nullptr, &patience) < 0) continue;
                if (!source.request_stop()) _exit(ExitCancelled);
            }
        });
    if (waiter)
        waiter_ = std::move(*waiter);
    else // then they end the program, and the guard ends what it ran
        pthread_sigmask(SIG_UNBLOCK, &stopSignals, nullptr);
}

const std::string& programName()
{
    return typedName;
}

void setProgramName(const char* typed)
{
    if (typed && *typed) typedName = shellWord(typed);
}

int terminalWidth()
{
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 100;
}

} // namespace spillway
