#include "host/spawn.h"

#include "host/engine_environment.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace spillway {
namespace {

constexpr int lifelineNumber = 3;
constexpr int controlNumber = 4;

/// A pair of connected descriptors, both above those that the guard is given.
struct Ends {
    UniqueFd host;
    UniqueFd guard;
};

Result<UniqueFd> raised(int fd)
{
    UniqueFd low(fd);
    UniqueFd high(::fcntl(fd, F_DUPFD_CLOEXEC, 10));
    if (!high) return systemError("Cannot start a run", errno);
    return high;
}

Result<Ends> raisedEnds(int host, int guard)
{
    auto hostEnd = raised(host);
    auto guardEnd = raised(guard);
    if (!hostEnd) return hostEnd.error();
    if (!guardEnd) return guardEnd.error();
    return Ends{std::move(*hostEnd), std::move(*guardEnd)};
}

Result<Ends> makePipe(bool hostReads)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return systemError("Cannot start a run", errno);
    auto pair = raisedEnds(ends[hostReads ? 0 : 1], ends[hostReads ? 1 : 0]);
    if (pair) ::fcntl(pair->host.get(), F_SETFL, O_NONBLOCK);
    return pair;
}

Result<Ends> makeChannel()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return systemError("Cannot start a run", errno);
    return raisedEnds(ends[0], ends[1]);
}

/// posix_spawn's two parameter objects, which have to be destroyed.
class SpawnSettings {
public:
    SpawnSettings()
    {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_,
                                 static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSID));
    }
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    void give(int fd, int number) { posix_spawn_file_actions_adddup2(&actions_, fd, number); }

    Result<pid_t> spawn(const std::filesystem::path& program, std::vector<std::string> arguments)
    {
        std::vector<char*> pointers;
        for (auto& argument : arguments)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        pid_t pid = 0;
        const auto variables = engineEnvironment();
        const int reason = ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_,
                                         pointers.data(), variables.data());
        if (reason != 0) return systemError("Cannot start " + program.string(), reason);
        return pid;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::vector<std::string> guardArguments(const std::filesystem::path& program,
                                        const std::vector<std::string>& commandLine)
{
    std::vector<std::string> arguments{program.string(), "guard", std::to_string(lifelineNumber),
                                       std::to_string(controlNumber), "--"};
    arguments.insert(arguments.end(), commandLine.begin(), commandLine.end());
    return arguments;
}

} // namespace

Result<SpawnedGuard> spawnGuard(const std::filesystem::path& guardProgram,
                                const std::vector<std::string>& commandLine)
{
    if (commandLine.empty() || !commandLine.front().starts_with('/'))
        return invalidArgument("An engine's program needs an absolute path.");
    std::array<Result<Ends>, 5> pairs{makePipe(false), makePipe(true), makePipe(true),
                                      makePipe(false), makeChannel()};
    SpawnSettings settings;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (!pairs[i]) return pairs[i].error();
        settings.give(pairs[i]->guard.get(), static_cast<int>(i));
    }
    const auto guard = settings.spawn(guardProgram, guardArguments(guardProgram, commandLine));
    if (!guard) return guard.error();
    return SpawnedGuard{*guard,
                        std::move(pairs[0]->host),
                        std::move(pairs[1]->host),
                        std::move(pairs[2]->host),
                        std::move(pairs[4]->host),
                        std::move(pairs[3]->host)};
}

Result<SpawnedHelper> spawnHelper(const std::filesystem::path& program, const std::string& argument)
{
    auto in = makePipe(false);
    if (!in) return in.error();
    auto out = makePipe(true);
    if (!out) return out.error();
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nothing) return systemError("Cannot start " + program.string(), errno);
    SpawnSettings settings;
    settings.give(in->guard.get(), STDIN_FILENO);
    settings.give(out->guard.get(), STDOUT_FILENO);
    settings.give(nothing.get(), STDERR_FILENO);
    const auto pid = settings.spawn(program, {program.string(), argument});
    if (!pid) return pid.error();
    return SpawnedHelper{*pid, std::move(in->host), std::move(out->host)};
}

std::string outputOf(std::vector<std::string> commandLine)
{
    auto out = makePipe(true);
    const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!out || !nothing || commandLine.empty()) return {};
    SpawnSettings settings;
    settings.give(nothing.get(), STDIN_FILENO);
    settings.give(out->guard.get(), STDOUT_FILENO);
    settings.give(nothing.get(), STDERR_FILENO);
    const auto program = std::filesystem::path(commandLine.front());
    const auto pid = settings.spawn(program, std::move(commandLine));
    if (!pid) return {};
    out->guard.reset();
    ::fcntl(out->host.get(), F_SETFL, 0);
    std::string text(std::size_t(1) << 16, '\0');
    std::size_t size = 0;
    for (ssize_t count = 1; count != 0 && size < text.size();) {
        count = ::read(out->host.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno != EINTR) break;
        if (count > 0) size += static_cast<std::size_t>(count);
    }
    out->host.reset();
    while (::waitpid(*pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    text.resize(size);
    return text;
}

} // namespace spillway
