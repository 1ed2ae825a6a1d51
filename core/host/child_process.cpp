#include "host/child_process.h"

#include "base/json.h"
#include "host/scratch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

namespace spillway {
namespace {

sigset_t onlySigpipe()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

} // namespace

SigpipeBlock::SigpipeBlock()
{
    const auto set = onlySigpipe();
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &set, &before);
    wasBlocked_ = ::sigismember(&before, SIGPIPE) == 1;
}

SigpipeBlock::~SigpipeBlock()
{
    if (wasBlocked_) return;
    const auto set = onlySigpipe();
    const timespec now{};
    while (::sigtimedwait(&set, nullptr, &now) == SIGPIPE) {
    }
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

ChildProcess::ChildProcess(SpawnedGuard spawned)
    : guard_(spawned.guard),
      input_(std::move(spawned.input)),
      output_(std::move(spawned.output)),
      errors_(std::move(spawned.errors)),
      control_(std::move(spawned.control)),
      lifeline_(std::move(spawned.lifeline))
{
}

Result<std::unique_ptr<ChildProcess>>
ChildProcess::start(const std::filesystem::path& guardProgram,
                    const std::vector<std::string>& commandLine,
                    const std::filesystem::path& scratchRoot)
{
    auto spawned = spawnGuard(guardProgram, commandLine);
    if (!spawned) return spawned.error();
    std::unique_ptr<ChildProcess> process(new ChildProcess(std::move(*spawned)));
    process->order(toLine({{"root", scratchRoot.string()}}));
    return process;
}

ChildProcess::~ChildProcess()
{
    if (guard_ == 0) return;
    input_.reset();
    control_.reset();
    lifeline_.reset();
    if (!waitForGuard(Seconds(15))) cleanUpWithoutGuard({});
}

void ChildProcess::write(std::string_view bytes)
{
    unwritten_.append(bytes);
    flush();
}

void ChildProcess::flush()
{
    while (hasUnwritten()) {
        const auto count = ::write(input_.get(), unwritten_.data(), unwritten_.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        // If the child closed its stdin, its exit shows what happened.
        if (count < 0) return closeInput();
        unwritten_.erase(0, static_cast<std::size_t>(count));
    }
}

void ChildProcess::closeInput()
{
    input_.reset();
    unwritten_.clear();
}

void ChildProcess::order(std::string_view line)
{
    const std::string text = std::string(line) + '\n';
    for (std::string_view rest = text; !rest.empty();) {
        const auto count = ::send(control_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return; // the guard is gone, which readNews() finds
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
}

void ChildProcess::stop()
{
    closeInput();
    order(R"({"stop":true})");
}

void ChildProcess::kill()
{
    closeInput();
    order(R"({"kill":true})");
}

void ChildProcess::wakeGuard()
{
    if (guard_ > 0) ::kill(guard_, SIGCONT);
}

void ChildProcess::removeScratch()
{
    order(R"({"remove":true})");
}

void ChildProcess::take(std::string_view line)
{
    const auto message = parseJson(line, 4);
    if (!message) return;
    if (const auto path = field<std::string>(*message, "scratch")) news_.scratch = *path;
    news_.child = fieldOr(*message, "child", news_.child);
    if (const auto failure = field<std::string>(*message, "failed"))
        news_.failure =
            makeError(errorCodeFromName(fieldOr(*message, "code", std::string())), *failure);
    if (const auto code = field<int>(*message, "exit")) news_.exitCode = *code;
    if (const auto signal = field<int>(*message, "signal")) news_.signal = *signal;
    news_.removed = fieldOr(*message, "removed", news_.removed);
    if (const auto count = field<int>(*message, "swept")) {
        news_.swept = true;
        news_.sweptCount = *count;
        news_.left = fieldOr(*message, "left", 0);
        news_.contextSwitches = fieldOr<std::int64_t>(*message, "switches", 0);
        news_.endedByItself = fieldOr(*message, "by_itself", false);
    }
}

void ChildProcess::readNews()
{
    char buffer[4096];
    while (control_) {
        const auto count = ::recv(control_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            news_.gone = true;
            return;
        }
        lines_.append(std::string_view(buffer, static_cast<std::size_t>(count)));
        while (const auto line = lines_.next())
            take(*line);
    }
}

void ChildProcess::cleanUpWithoutGuard(const std::vector<SeenProcess>& seen)
{
    readNews();
    if (guard_ > 0) {
        ::kill(guard_, SIGKILL);
        waitForGuard(Seconds(5));
    }
    if (news_.scratch.empty()) return;
    const auto outcome = killMarked(news_.scratch, seen, Seconds(10));
    news_.sweptCount = outcome.killed;
    news_.left = outcome.left;
    const auto removed = spillway::removeScratch(news_.scratch);
    news_.removed = removed.has_value();
    if (!removed) news_.failure = removed.error();
}

bool ChildProcess::waitForGuard(Seconds limit)
{
    const auto end = monotonicNow() + limit;
    while (guard_ > 0) {
        const pid_t ended = ::waitpid(guard_, nullptr, WNOHANG);
        if (ended == guard_ || (ended < 0 && errno == ECHILD)) guard_ = 0;
        if (guard_ == 0 || monotonicNow() > end) break;
        ::poll(nullptr, 0, 1);
    }
    return guard_ == 0;
}

} // namespace spillway
