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

/// Exit codes; a contract (docs/command-line.md).
enum ExitCode : int {
    ExitOk = 0,
    ExitRunFailed = 1,
    ExitUsage = 2,
    ExitDataUnreadable = 3,
    ExitCancelled = 130
};
int exitCodeOf(const Error& error);
/// Each code with its meaning, for the manual page.
std::span<const std::pair<ExitCode, std::string_view>> exitMeanings();

/// The only way to write to standard output and standard error. Never throws or ends the program: a
/// full disk or a closed pipe is remembered for exitCodeAfterOutput(); what standard error does not
/// accept is lost.
void writeStdout(std::string_view text);
void writeStderr(std::string_view text);

/// Text with several lines (a table, help), as terminalLines().
struct Lines {
    std::string_view text;
};

/// `value` made safe to print: text and paths as terminalText(), everything else unchanged.
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

/// Arguments stay on their line and are harmless, whatever engine, session or file they come from:
/// only the format and Lines can hold line feeds.
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

/// Flushes standard output. Returns false when any of it could not be written, now or earlier.
bool flushStdout();
/// `code`, or ExitRunFailed instead of ExitOk when standard output did not accept everything, which
/// is reported on standard error: half an answer is not a success.
int exitCodeAfterOutput(int code);
/// Occupies descriptors 0, 1 and 2 if they were closed before the program started, so that no file
/// opened later receives the program's output. Writing to them fails.
void reserveStandardStreams();

/// Prints the error on stderr and returns the matching exit code.
int fail(const Error& error);

/// Whether text on `fd` may be coloured: a terminal, and neither NO_COLOR nor TERM=dumb.
bool mayColour(int fd);

/// One line on stderr that is rewritten in place on a terminal. Elsewhere (a log, CI) it stays
/// silent: a log needs a line per finished run, not every step.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(std::string_view text);
    /// Prints a line that stays, above the progress; `end` may have a colour.
    void print(std::string_view line, std::string_view end = {},
               std::optional<fmt::terminal_color> colour = std::nullopt);

private:
    void erase();
    bool terminal_;
    bool shown_ = false;
};

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request. A second signal ends the program at once,
/// and the guard cleans up its runs. Create it before any other thread.
class StopOnSignal {
public:
    StopOnSignal();
    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::jthread waiter_;
};

/// The program's name as typed, quoted for a shell: suggested commands begin with it.
const std::string& programName();
void setProgramName(const char* typed);

/// Columns of the terminal on stdout, 100 when stdout is not a terminal.
int terminalWidth();

} // namespace spillway
