#include "host/guard_child.h"

#include "base/files.h"
#include "host/scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace spillway {
namespace {

void restoreSignals()
{
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The kernel should kill the run first. Failing to set that is not a reason not to run.
void offerToOomKiller()
{
    const UniqueFd fd(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    if (fd) static_cast<void>(writeAll(fd.get(), "1000"));
}

void setEnvironment(const std::filesystem::path& scratch)
{
    ::setenv(scratchVariable, scratch.c_str(), 1);
    // Libraries' temporary files go with the run. Sockets are made there too, and their path may
    // have 107 bytes, of which multiprocessing takes 32: a long scratch path would break it.
    if (scratch.native().size() <= 72) ::setenv("TMPDIR", scratch.c_str(), 1);
}

[[noreturn]] void execute(char** command, const std::filesystem::path& scratch, int report)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);
    offerToOomKiller();
    setEnvironment(scratch);
    restoreSignals();
    ::dup3(report, 3, O_CLOEXEC);
    ::close_range(4, ~0U, 0);
    if (::chdir(scratch.c_str()) == 0) ::execv(command[0], command);
    const int reason = errno;
    static_cast<void>(
        writeAll(3, std::string_view(reinterpret_cast<const char*>(&reason), sizeof reason)));
    ::_exit(127);
}

} // namespace

Result<pid_t> startGuardedChild(char** command, const std::filesystem::path& scratch)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return systemError("Cannot start a run", errno);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(::fcntl(ends[1], F_DUPFD_CLOEXEC, 10));
    ::close(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return systemError("Cannot start a run", errno);
    if (child == 0) execute(command, scratch, writer.get());
    writer.reset();
    int reason = 0;
    ssize_t count = 0;
    do {
        count = ::read(reader.get(), &reason, sizeof reason);
    } while (count < 0 && errno == EINTR);
    if (count != static_cast<ssize_t>(sizeof reason)) return child;
    ::waitpid(child, nullptr, 0);
    return systemError(fmt::format("Cannot start {}", command[0]), reason);
}

} // namespace spillway
