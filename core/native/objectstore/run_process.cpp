#include "native/objectstore/run_process.h"

#include "native/objectstore/messages.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace spillway {
namespace {

constexpr int firstPassed = 3;
constexpr int abovePassed = 16;
constexpr Seconds startPatience{10};
constexpr int endPatienceMs = 1000;

/// posix_spawn's two parameter objects, which have to be destroyed.
class SpawnParameters {
public:
    SpawnParameters()
    {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    }
    ~SpawnParameters()
    {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnParameters(const SpawnParameters&) = delete;
    SpawnParameters& operator=(const SpawnParameters&) = delete;

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

} // namespace

Result<RunProcess> RunProcess::spawn(const std::filesystem::path& program,
                                     std::vector<std::string> arguments,
                                     const std::vector<int>& passed)
{
    SpawnParameters parameters;
    std::vector<UniqueFd> raised; // so that no number is both taken and given
    arguments.insert(arguments.begin(), program.string());
    for (std::size_t i = 0; i < passed.size(); ++i) {
        const int number = firstPassed + static_cast<int>(i);
        raised.emplace_back(::fcntl(passed[i], F_DUPFD_CLOEXEC, abovePassed));
        if (!raised.back()) return systemError("Cannot start a process of the engine", errno);
        posix_spawn_file_actions_adddup2(&parameters.actions, raised.back().get(), number);
        arguments.push_back(std::to_string(number));
    }
    std::vector<char*> pointers;
    for (auto& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    RunProcess process;
    const int reason = ::posix_spawn(&process.pid_, program.c_str(), &parameters.actions,
                                     &parameters.attributes, pointers.data(), environ);
    if (reason != 0) {
        process.pid_ = 0;
        return systemError("Cannot start " + program.string(), reason);
    }
    process.pidFd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid_, 0)));
    return process;
}

void RunProcess::kill()
{
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
}

std::string RunProcess::end()
{
    if (pid_ == 0) return outcome_;
    pollfd ended{.fd = pidFd_.get(), .events = POLLIN, .revents = 0};
    while (::poll(&ended, 1, endPatienceMs) < 0 && errno == EINTR) {
    }
    if (ended.revents == 0) ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    outcome_ = WIFSIGNALED(status)
                   ? fmt::format("signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)))
                   : fmt::format("exit code {}", WEXITSTATUS(status));
    return outcome_;
}

Result<void> Crew::start(int workers)
{
    auto ends = PacketSocket::pair();
    if (!ends) return ends.error();
    auto process = RunProcess::spawn(program_, {"store"}, {ends->second.fd(), settings_.get()});
    if (!process) return process.error();
    store_ = std::move(ends->first);
    storeProcess_ = std::move(*process);
    for (int i = 0; i < workers; ++i) {
        auto executor = startExecutor();
        if (!executor) return executor.error();
        executors_.push_back(std::move(*executor));
    }
    const Seconds deadline = monotonicNow() + startPatience;
    for (ExecutorProcess& executor : executors_)
        if (auto hello = waitForHello(executor, deadline); !hello) return hello;
    return {};
}

Result<void> Crew::waitForHello(ExecutorProcess& executor, Seconds deadline)
{
    pollfd ready{.fd = executor.socket.fd(), .events = POLLIN, .revents = 0};
    const auto left = [&] { return static_cast<int>((deadline - monotonicNow()).count() * 1000); };
    while (::poll(&ready, 1, std::max(left(), 0)) < 0 && errno == EINTR) {
    }
    const auto packet = executor.socket.tryReceive();
    if (packet && *packet && ByteReader((*packet)->bytes).get<MessageType>() == MessageType::Hello)
        return {};
    return makeError(ErrorCode::EngineFailed,
                     fmt::format("An executor did not start: {}.", executor.process.end()),
                     "Use fewer workers.");
}

bool Crew::storeGone() const
{
    pollfd one{.fd = store_.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLHUP | POLLERR)) != 0;
}

Error Crew::storeDied()
{
    return makeError(
        ErrorCode::EngineFailed,
        fmt::format("The object store died ({}), and every object with it.", storeProcess_.end()),
        "Run again; if it happens again, find out what kills the process.");
}

Result<PacketSocket> Crew::connectToStore()
{
    auto ends = PacketSocket::pair();
    if (!ends) return ends.error();
    if (auto sent = store_.send(message(MessageType::AddClient).bytes(), ends->second.fd()); !sent)
        return sent.error();
    return std::move(ends->first);
}

Result<ExecutorProcess> Crew::startExecutor()
{
    auto ends = PacketSocket::pair();
    if (!ends) return ends.error();
    auto store = connectToStore();
    if (!store) return store.error();
    auto process = RunProcess::spawn(program_, {"executor"},
                                     {ends->second.fd(), store->fd(), settings_.get()});
    if (!process) return process.error();
    return ExecutorProcess{.process = std::move(*process), .socket = std::move(ends->first)};
}

Result<void> Crew::replace(int worker)
{
    auto executor = startExecutor();
    if (!executor) return executor.error();
    this->executor(worker) = std::move(*executor);
    return {};
}

} // namespace spillway
