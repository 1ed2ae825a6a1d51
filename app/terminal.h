#pragma once

#include "base/error.h"
#include "base/escape.h"
#include "base/units.h"

#include <fmt/color.h>
#include <fmt/format.h>

#include <concepts>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

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
/// Each with what it says, for the manual page.
std::span<const std::pair<ExitCode, std::string_view>> exitMeanings();

/// The one way to standard output and standard error. Neither throws nor ends the program: a disk
/// that is full or a reader that went away is remembered for exitCodeAfterOutput(); what standard
/// error does not take is lost.
void writeStdout(std::string_view text);
void writeStderr(std::string_view text);

/// Text with lines of its own (a table, help), as terminalLines().
struct Lines {
    std::string_view text;
};

/// `value` as it may be printed: text and paths as terminalText(), everything else as it is.
template <class T>
decltype(auto) printable(const T& value)
{
    if constexpr (std::same_as<T, Lines>)
        return terminalLines(value.text);
    else if constexpr (std::convertible_to<const T&, std::string_view>)
        return terminalText(std::string_view(value));
    else if constexpr (std::same_as<T, std::filesystem::path>)
        return terminalText(value.native());
    else
        return (value);
}
template <class T>
using Printable = std::remove_cvref_t<decltype(printable(std::declval<const T&>()))>;

/// What is put into `format` stays on its line and is harmless, whatever engine, session or file it
/// comes from: only the format and Lines have line feeds.
template <class... T>
void toStdout(fmt::format_string<Printable<T>...> format, const T&... values)
{
    writeStdout(fmt::vformat(format, fmt::make_format_args(printable(values)...)));
}
template <class... T>
void toStderr(fmt::format_string<Printable<T>...> format, const T&... values)
{
    writeStderr(fmt::vformat(format, fmt::make_format_args(printable(values)...)));
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
    /// A whole line that stays, above the progress; its end in a colour where one is given.
    void print(std::string_view line, std::string_view end = {},
               std::optional<fmt::terminal_color> colour = std::nullopt);

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

/// What was typed to start the program, quoted for a shell: commands that are to be typed again
/// begin with it.
const std::string& programName();
void setProgramName(const char* typed);

/// Columns of the terminal on stdout, 100 when it is none.
int terminalWidth();

} // namespace spillway
