#include "host/run_status.h"

#include <fmt/format.h>

#include <signal.h>

#include <algorithm>
#include <cstring>
#include <fstream>

namespace spillway {
namespace {

DecidedStatus failure(RunStatus status, Error error, const RunEnd& end)
{
    if (error.phase.empty()) error.phase = end.phase;
    return {status, std::move(error), {}};
}

RunStatus statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::MemoryLimit:
        return RunStatus::MemoryLimit;
    case ErrorCode::OutOfMemory:
        return RunStatus::OutOfMemory;
    case ErrorCode::Unsupported:
        return RunStatus::Unsupported;
    default:
        return RunStatus::Failed;
    }
}

Error engineError(std::string message, const RunEnd& end)
{
    if (!end.lastWords.empty()) message += fmt::format(" Its last output: {}", end.lastWords);
    return makeError(ErrorCode::EngineFailed, std::move(message));
}

Error killedForMemory()
{
    return makeError(ErrorCode::OutOfMemory, "The system ran out of memory and killed the run.",
                     "Set a memory limit, or use fewer workers.");
}

std::string describeEnd(const RunEnd& end)
{
    const std::string_view after = end.hasResult ? "after its result" : "without a result";
    if (end.signal)
        return fmt::format("The engine was killed by signal {} ({}) {}.", *end.signal,
                           ::strsignal(*end.signal), after);
    return fmt::format("The engine ended with exit code {} {}.", end.exitCode.value_or(0), after);
}

/// Whether there is evidence that one of the run's processes was killed: the child itself, a
/// shell's or launcher's exit code for its child (128 + 9), the engine's report on its processes,
/// or a process that disappeared at the time of an OOM kill. A child that ended by another signal
/// did so by itself.
bool lostAProcess(const RunEnd& end)
{
    if (end.signal) return *end.signal == SIGKILL;
    if (end.lostAtOomKill) return true;
    if (end.exitCode == 128 + SIGKILL) return true;
    const auto tells = [](std::string_view words) {
        return words.find("signal 9") != words.npos || words.find("SIGKILL") != words.npos;
    };
    return (end.reported && tells(end.reported->message)) || tells(end.lastWords);
}

DecidedStatus failedOrKilled(Error error, const RunEnd& end)
{
    if (end.oomKill && lostAProcess(end))
        return failure(RunStatus::OutOfMemory, killedForMemory(), end);
    auto decided = failure(RunStatus::Failed, std::move(error), end);
    if (end.oomKill) decided.flags.emplace_back("oom-kill-meanwhile");
    return decided;
}

DecidedStatus decideByEnding(const RunEnd& end)
{
    const bool failed = end.signal || end.exitCode.value_or(1) != 0;
    if (failed) return failedOrKilled(engineError(describeEnd(end), end), end);
    if (!end.hasResult) {
        auto error = engineError(describeEnd(end), end);
        error.code = ErrorCode::Protocol;
        return failure(RunStatus::Failed, std::move(error), end);
    }
    DecidedStatus ok;
    if (!end.saidBye) ok.flags.emplace_back("no-bye");
    if (end.oomKill) ok.flags.emplace_back("oom-kill-meanwhile");
    return ok;
}

/// The number after "name " at the start of a line; 0 when it is not there.
std::int64_t countIn(const std::string& path, const std::string& name)
{
    std::ifstream file(path);
    std::string key;
    std::int64_t value = 0;
    while (file >> key >> value)
        if (key == name) return value;
    return 0;
}

} // namespace

DecidedStatus decideStatus(const RunEnd& end)
{
    if (end.hungAfterBye && end.hasResult && !end.guardLost && !end.stopped)
        return {RunStatus::Ok, std::nullopt, {"hung-after-bye"}};
    if (end.stopped) return failure(end.stopped->status, end.stopped->error, end);
    if (end.reported) {
        const auto status = statusOf(end.reported->code);
        if (status == RunStatus::Failed) return failedOrKilled(*end.reported, end);
        return failure(status, *end.reported, end);
    }
    if (end.guardLost)
        return failure(RunStatus::Failed, engineError("The run's guard was killed.", end), end);
    return decideByEnding(end);
}

std::int64_t oomKills()
{
    std::int64_t kills = countIn("/proc/vmstat", "oom_kill");
    std::ifstream membership("/proc/self/cgroup");
    for (std::string line; std::getline(membership, line);)
        if (line.starts_with("0::"))
            kills += countIn("/sys/fs/cgroup" + line.substr(3) + "/memory.events", "oom_kill");
    return kills;
}

} // namespace spillway
