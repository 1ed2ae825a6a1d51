#pragma once

#include "base/files.h"
#include "host/line_reader.h"
#include "host/process_sweep.h"
#include "host/spawn.h"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What a guard has reported about its run so far.
struct GuardNews {
    std::filesystem::path scratch; ///< empty: not made yet
    pid_t child = 0;               ///< 0: not started yet
    std::optional<Error> failure;  ///< the run could not be started, or scratch not removed
    std::optional<int> exitCode;   ///< of the child
    std::optional<int> signal;     ///< that ended the child
    bool endedByItself = false;    ///< before the guard had to kill it
    bool swept = false;            ///< every descendant is gone, except `left`
    int sweptCount = 0;            ///< processes that the child had left behind or that were killed
    std::int64_t contextSwitches = 0; ///< of all reaped processes, once swept
    int left = 0;                     ///< processes that could not be killed
    bool removed = false;             ///< scratch is gone
    bool gone = false;                ///< the guard's end of the channel is closed
};

/// A child process under a guard, seen from the host: its pipes, and the channel to the guard. Not
/// thread-safe. Destroying it ends the run: the lifeline closes and the guard is waited for.
class ChildProcess {
public:
    /// Starts the guard, which creates its scratch directory below `scratchRoot` and starts
    /// `commandLine`. Safe in a program with threads; nothing but 0, 1, 2, the lifeline and the
    /// channel is inherited. Io or NotFound when the guard cannot be started.
    static Result<std::unique_ptr<ChildProcess>> start(const std::filesystem::path& guardProgram,
                                                       const std::vector<std::string>& commandLine,
                                                       const std::filesystem::path& scratchRoot);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    pid_t guard() const { return guard_; }
    int input() const { return input_.get(); }
    int output() const { return output_.get(); }
    int errors() const { return errors_.get(); }
    int control() const { return control_.get(); }

    /// Queues bytes for the child's stdin; flush() writes what the pipe takes without blocking.
    void write(std::string_view bytes);
    void flush();
    bool hasUnwritten() const { return input_ && !unwritten_.empty(); }
    void closeInput();
    void closeOutput() { output_.reset(); }
    void closeErrors() { errors_.reset(); }

    /// Ends the run within 2 s: closes stdin now, SIGTERM after 0.5 s, SIGKILL after 1.5 s.
    void stop();
    /// Ends the run now.
    void kill();
    /// Sends SIGCONT, in case somebody stopped the guard; no effect on a running guard.
    void wakeGuard();
    /// Tells the guard to remove the scratch directory, once the run is swept.
    void removeScratch();

    /// Reads the guard's new messages; never blocks.
    void readNews();
    const GuardNews& news() const { return news_; }

    /// For a guard that died or does not answer: kills it, then every recognisable process of the
    /// run (by its mark, or `seen` before), and removes the scratch directory.
    void cleanUpWithoutGuard(const std::vector<SeenProcess>& seen);
    /// Waits for the guard's exit, at most `limit`; false when it is still there.
    bool waitForGuard(Seconds limit);

private:
    explicit ChildProcess(SpawnedGuard spawned);
    void order(std::string_view line);
    void take(std::string_view line);

    pid_t guard_ = 0; ///< 0 once it was waited for
    UniqueFd input_;
    UniqueFd output_;
    UniqueFd errors_;
    UniqueFd control_;
    UniqueFd lifeline_;
    std::string unwritten_;
    LineReader lines_{1 << 16};
    GuardNews news_;
};

/// While it exists, writing to a closed pipe in this thread gives EPIPE and no signal.
class SigpipeBlock {
public:
    SigpipeBlock();
    ~SigpipeBlock();
    SigpipeBlock(const SigpipeBlock&) = delete;
    SigpipeBlock& operator=(const SigpipeBlock&) = delete;

private:
    bool wasBlocked_ = false;
};

} // namespace spillway
