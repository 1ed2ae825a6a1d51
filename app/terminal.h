#pragma once

#include "base/error.h"
#include "base/units.h"

#include <fmt/format.h>

#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace spillway {

/// What the shell gets back; a contract (docs/command-line.md).
enum ExitCode : int {
    ExitOk = 0,
    ExitRunFailed = 1,
    ExitUsage = 2,
    ExitDataUnreadable = 3,
    ExitCancelled = 130
};
int exitCodeOf(const Error& error);

/// The one way to standard output and standard error. Neither throws nor ends the program: a disk
/// that is full or a reader that went away is remembered for exitCodeAfterOutput(); what standard
/// error does not take is lost.
void writeStdout(std::string_view text);
void writeStderr(std::string_view text);

template <class... T>
void toStdout(fmt::format_string<T...> format, T&&... values)
{
    writeStdout(fmt::format(format, std::forward<T>(values)...));
}
template <class... T>
void toStderr(fmt::format_string<T...> format, T&&... values)
{
    writeStderr(fmt::format(format, std::forward<T>(values)...));
}

/// Hands over what still waits for standard output. Returns false when not all of it was taken,
/// now or earlier.
bool flushStdout();
/// `code`, or ExitRunFailed in place of ExitOk when standard output did not take everything, which
/// is said on standard error: half an answer is no success.
int exitCodeAfterOutput(int code);
/// Takes the numbers 0, 1 and 2 where they were closed before the program began, so that no file
/// that is opened later gets what is said to them. Writing there fails.
void reserveStandardStreams();

/// Says what went wrong on stderr; returns the exit code that fits.
int fail(const Error& error);

/// Whether text on `fd` may be coloured: a terminal, and neither NO_COLOR nor TERM=dumb.
bool mayColour(int fd);

/// One line on stderr that is rewritten in place on a terminal. Elsewhere (a log, CI) it stays
/// silent: a log wants the lines that say what ended, not every step.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(std::string_view text);
    /// A whole line that stays, above the progress.
    void print(std::string_view line);

private:
    void erase();
    bool terminal_;
    bool shown_ = false;
};

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request. A second signal ends the program at once;
/// what it ran is cleaned up by the guard. Create it before any other thread.
class StopOnSignal {
public:
    StopOnSignal();
    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::jthread waiter_;
};

/// Columns of the terminal on stdout, 100 when it is none.
int terminalWidth();

} // namespace spillway
