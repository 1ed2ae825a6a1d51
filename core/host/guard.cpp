#include "host/guard.h"

#include "base/files.h"
#include "base/json.h"
#include "host/guard_child.h"
#include "host/line_reader.h"
#include "host/process_sweep.h"
#include "host/scratch.h"
#include "measure/process_tree.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace spillway {
namespace {

constexpr Seconds termAfter(0.5);
constexpr Seconds killAfter(1.5);
constexpr Seconds sweepLimit(10);

/// One guarded run, from the host's first word to the scratch directory's removal.
class Guard {
public:
    Guard(UniqueFd lifeline, UniqueFd control, UniqueFd signals)
        : lifeline_(std::move(lifeline)), control_(std::move(control)), signals_(std::move(signals))
    {
    }

    int run(char** command);

private:
    enum class Order { None, Stop, Kill, Remove };

    bool prepare();
    void watch();
    void act();
    void wait(int timeoutMs);
    void readControl();
    void obey(std::string_view line);
    void stop(Order how);
    int untilDeadline() const;
    void reaped(pid_t pid, int status);
    void say(const Json& message) const;
    void fail(const Error& error) const;
    void sweepAndReport();
    bool hostGone() const { return !lifeline_ || !control_; }

    UniqueFd lifeline_;
    UniqueFd control_;
    UniqueFd signals_;
    LineReader lines_{1 << 16};
    std::filesystem::path root_;
    Scratch scratch_;
    pid_t child_ = 0;
    std::optional<int> ended_; ///< as waitpid tells it
    std::optional<Seconds> stopAt_;
    bool termSent_ = false;
    bool killNow_ = false;
    bool mayRemove_ = false;
};

void Guard::say(const Json& message) const
{
    std::string line = toLine(message) + '\n';
    std::string_view rest = line;
    while (control_ && !rest.empty()) {
        const auto count = ::send(control_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

void Guard::fail(const Error& error) const
{
    say({{"failed", error.message}, {"code", name(error.code)}});
}

void Guard::stop(Order how)
{
    if (!stopAt_) stopAt_ = monotonicNow();
    killNow_ = killNow_ || how == Order::Kill;
}

void Guard::obey(std::string_view line)
{
    const auto order = parseJson(line, 4);
    if (!order || !order->is_object()) return;
    if (const auto root = field<std::string>(*order, "root")) root_ = *root;
    if (order->contains("stop")) stop(Order::Stop);
    if (order->contains("kill")) stop(Order::Kill);
    if (order->contains("remove")) mayRemove_ = true;
}

void Guard::readControl()
{
    char buffer[4096];
    const auto count = ::recv(control_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        control_.reset();
        return;
    }
    lines_.append(std::string_view(buffer, static_cast<std::size_t>(count)));
    while (const auto line = lines_.next())
        obey(*line);
}

/// Waits for the host, a child's end or a signal, at most `timeoutMs` (below 0: without bound).
void Guard::wait(int timeoutMs)
{
    pollfd watched[] = {
        {lifeline_.get(), POLLIN, 0}, {control_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    if (::poll(watched, 3, timeoutMs) <= 0) return;
    // The host never writes to the lifeline: anything that happens there is its end.
    if (watched[0].revents != 0) lifeline_.reset();
    if (watched[1].revents != 0) readControl();
    if (watched[2].revents != 0) {
        signalfd_siginfo signal{};
        if (::read(signals_.get(), &signal, sizeof signal) > 0 && signal.ssi_signo != SIGCHLD)
            stop(Order::Stop);
    }
}

bool Guard::prepare()
{
    while (root_.empty() && !hostGone() && !stopAt_)
        wait(-1);
    if (root_.empty() || hostGone()) return false;
    auto scratch = makeScratch(root_);
    if (!scratch) {
        fail(scratch.error());
        return false;
    }
    scratch_ = std::move(*scratch);
    say({{"scratch", scratch_.path.string()}});
    return true;
}

void Guard::reaped(pid_t pid, int status)
{
    if (pid == child_) ended_ = status;
}

int Guard::untilDeadline() const
{
    if (!stopAt_) return -1;
    const auto next = *stopAt_ + (termSent_ ? killAfter : termAfter);
    return std::max(0, static_cast<int>((next - monotonicNow()).count() * 1000) + 1);
}

/// What is due now of: SIGTERM to all 0.5 s after stop, SIGKILL 1.5 s after it.
void Guard::act()
{
    if (hostGone()) stop(Order::Stop);
    if (!stopAt_) return;
    const auto since = monotonicNow() - *stopAt_;
    if (!termSent_ && since >= termAfter) {
        termSent_ = true;
        for (const auto pid : descendants(::getpid())) {
            ::kill(pid, SIGTERM);
            ::kill(pid, SIGCONT);
        }
    }
    killNow_ = killNow_ || since >= killAfter;
}

void Guard::watch()
{
    while (!ended_ && !killNow_) {
        wait(untilDeadline());
        reapChildren([this](pid_t pid, int status) { reaped(pid, status); });
        act();
    }
}

void Guard::sweepAndReport()
{
    const bool byItself = ended_.has_value();
    const auto outcome =
        sweepDescendants([this](pid_t pid, int status) { reaped(pid, status); }, sweepLimit,
                         stopAt_ ? shortTrackerGrace : longTrackerGrace);
    struct rusage used {};
    ::getrusage(RUSAGE_CHILDREN, &used); // with all that they have waited for
    Json report{{"swept", outcome.killed},
                {"left", outcome.left},
                {"by_itself", byItself},
                {"switches", used.ru_nvcsw + used.ru_nivcsw}};
    if (ended_ && WIFEXITED(*ended_)) report["exit"] = WEXITSTATUS(*ended_);
    if (ended_ && WIFSIGNALED(*ended_)) report["signal"] = WTERMSIG(*ended_);
    say(report);
}

int Guard::run(char** command)
{
    if (!prepare()) return 1;
    const auto child = startGuardedChild(command, scratch_.path);
    if (child) {
        child_ = *child;
        // What is left of the guard's own copies would keep the run's pipes open after its end.
        const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
        for (int fd = 0; fd <= 2; ++fd)
            ::dup2(nowhere.get(), fd);
        say({{"child", child_}});
        watch();
        sweepAndReport();
        // The host may still want to read what the run left in scratch.
        while (!mayRemove_ && !hostGone())
            wait(-1);
    } else {
        fail(child.error());
    }
    if (const auto removed = removeScratch(scratch_.path); !removed)
        fail(removed.error());
    else
        say({{"removed", true}});
    return 0;
}

std::optional<int> descriptor(const char* text)
{
    int fd = -1;
    const auto* end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, fd);
    if (parsed.ec != std::errc() || parsed.ptr != end || fd <= 2) return std::nullopt;
    return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? std::optional(fd) : std::nullopt;
}

void closeOthers(int first, int second)
{
    const auto low = static_cast<unsigned>(std::min(first, second));
    const auto high = static_cast<unsigned>(std::max(first, second));
    if (low > 3) ::close_range(3, low - 1, 0);
    if (high > low + 1) ::close_range(low + 1, high - 1, 0);
    ::close_range(high + 1, ~0U, 0);
}

UniqueFd blockSignals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT})
        sigaddset(&set, number);
    ::sigprocmask(SIG_SETMASK, &set, nullptr);
    return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

} // namespace

int runGuard(int argc, char** argv)
{
    const auto lifeline = argc > 5 ? descriptor(argv[2]) : std::nullopt;
    const auto control = argc > 5 ? descriptor(argv[3]) : std::nullopt;
    if (!lifeline || !control || *lifeline == *control || std::string_view(argv[4]) != "--" ||
        argv[5][0] != '/') {
        std::fputs("The guard is started by spillway for each run.\n", stderr);
        return 2;
    }
    closeOthers(*lifeline, *control);
    ::setpgid(0, 0);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "spillway-guard");
    return Guard(UniqueFd(*lifeline), UniqueFd(*control), blockSignals()).run(argv + 5);
}

} // namespace spillway
