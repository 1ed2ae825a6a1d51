#include "native/engine.h"

#include "base/json.h"
#include "base/program.h"
#include "base/thread.h"
#include "native/run/text_check.h"
#include "native/serve/control_channel.h"
#include "native/serve/event_writer.h"
#include "native/serve/libraries.h"
#include "native/serve/table_file.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <type_traits>

namespace spillway {
namespace {

/// The host's descriptor under another number; what the process writes to the old one from now on
/// goes to stderr, so that a library's print cannot break a line.
UniqueFd movedAside(int fd)
{
    UniqueFd moved(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (moved && fd == STDOUT_FILENO) ::dup2(STDERR_FILENO, STDOUT_FILENO);
    return moved;
}

/// SIGTERM is read from the control channel, and a vanished host is seen by a failed write.
class BlockedSignals {
public:
    BlockedSignals()
    {
        sigemptyset(&set_);
        sigaddset(&set_, SIGTERM);
        sigaddset(&set_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
    }
    ~BlockedSignals()
    {
        // A signal that arrived in between has been handled and must not end the process now.
        const timespec noWait{};
        while (::sigtimedwait(&set_, nullptr, &noWait) > 0) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

private:
    sigset_t set_{};
    sigset_t before_{};
};

/// What `work` returns, or what it throws as an Error: libraries throw, and so does an allocation.
template <class Work>
std::invoke_result_t<Work> caught(const Work& work)
{
    const auto failure = [](ErrorCode code, std::string message) {
        return makeError(code, std::move(message));
    };
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, "The engine ran out of memory.");
    } catch (const std::system_error& refused) {
        return systemError("The system refuses what the engine needs", refused.code().value());
    } catch (const std::exception& other) {
        return failure(ErrorCode::Internal, fmt::format("The engine failed: {}.", other.what()));
    }
}

/// One run from the child's side, step by step.
class Service {
public:
    Service(Engine& engine, int stdinFd, UniqueFd out)
        : engine_(engine), writer_(std::move(out)), host_(stdinFd)
    {
    }

    int serve()
    {
        writer_.send(HelloEvent{.engine = std::string(engine_.id()),
                                .version = std::string(programVersion()),
                                .libraries = nativeLibraries(),
                                .pid = ::getpid()});
        auto served = run();
        if (!served) writer_.send(ErrorEvent{.error = served.error()});
        writer_.send(ByeEvent{});
        const bool told = writer_.finish();
        return served && told ? 0 : 1;
    }

private:
    Result<void> run();
    Result<RunSpec> readSpec();
    Result<void> waitForGo();
    Result<void> sendResult(const RunSpec& spec, RunResult result);

    Engine& engine_;
    EventWriter writer_;
    ControlChannel host_;
};

Result<void> Service::run()
{
    const auto spec = readSpec();
    if (!spec) return spec.error();
    auto settings = caught([&] { return engine_.prepare(*spec); });
    if (!settings) return settings.error();
    writer_.send(ReadyEvent{.settings = std::move(*settings)});
    if (auto go = waitForGo(); !go) return go;
    auto result = caught([&] { return engine_.run(*spec, writer_, host_.stopToken()); });
    if (!result) return result.error();
    writer_.send(DoneEvent{});
    for (const ResultColumn& column : result->table.columns)
        if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values))
            if (auto utf8 = checkTexts(spec->dataset, *texts); !utf8) return utf8;
    return sendResult(*spec, std::move(*result));
}

Error stoppedEarly()
{
    return makeError(ErrorCode::Cancelled, "The run was stopped before it began.");
}

Result<RunSpec> Service::readSpec()
{
    const auto line = host_.nextLine();
    if (!line) return stoppedEarly();
    const auto json = parseJson(*line);
    if (!json) return json.error();
    return runSpecFromJson(*json);
}

Result<void> Service::waitForGo()
{
    const auto line = host_.nextLine();
    if (!line) return stoppedEarly();
    const auto json = parseJson(*line);
    if (!json) return json.error();
    const auto go = field<bool>(*json, "go");
    if (!go) return go.error();
    if (!*go) return protocolError("The host sent something other than go.");
    return {};
}

Result<void> Service::sendResult(const RunSpec& spec, RunResult result)
{
    const auto lineFits = [&] {
        return eventLine({monotonicNow(), ResultEvent{.result = result, .timings = {}}}).size() +
                   4096 <
               maxEventLine;
    };
    if (result.table.rows() > RunResult::inlineRows || !lineFits()) {
        if (result.table.empty())
            return protocolError("The result is longer than a line of the protocol may be.");
        if (auto written = writeTable(spec.scratch, result); !written) return written;
        result.table = result.table.withoutRows();
    }
    writer_.send(ResultEvent{.result = std::move(result), .timings = writer_.timings()});
    return {};
}

} // namespace

int serveEngine(std::string_view id, NativeKinds kinds, int stdinFd, int stdoutFd)
{
    const BlockedSignals blocked;
    UniqueFd out = movedAside(stdoutFd);
    if (!out) {
        std::fputs("spillway-worker: cannot use the standard output.\n", stderr);
        return 2;
    }
    const auto engine = makeEngine(id, kinds);
    if (!engine) {
        std::fprintf(stderr, "spillway-worker: there is no engine \"%.*s\".\n",
                     static_cast<int>(id.size()), id.data());
        return 2;
    }
    try {
        return Service(*engine, stdinFd, std::move(out)).serve();
    } catch (const std::system_error& refused) {
        // Its two threads: without them no error can be reported through the protocol.
        const auto error = threadRefused(refused.code().value());
        std::fprintf(stderr, "spillway-worker: %s\n", describe(error).c_str());
        return 1;
    }
}

} // namespace spillway
