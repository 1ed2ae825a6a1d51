#include "host/live_run.h"

#include "base/json.h"
#include "workloads/load.h"
#include "workloads/workload_type.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

Error loadFailed(std::string message)
{
    return makeError(ErrorCode::Internal, std::move(message));
}

/// "100 a second: 100 achieved, p50 4.1 ms, p99 12.0 ms"
std::string rungWords(const Json& rung)
{
    auto text = fmt::format("{:.0f} requests a second: {:.0f} achieved", fieldOr(rung, "rate", 0.0),
                            fieldOr(rung, "achieved", 0.0));
    for (const auto& [name, title] : {std::pair("p50_ms", "p50"), std::pair("p99_ms", "p99")})
        if (const auto latency = field<double>(rung, name))
            text += fmt::format(", {} {:.1f} ms", title, *latency);
    return text;
}

} // namespace

void LiveRun::beginLoad(const ServingEvent& serving)
{
    const LoadDesign* design = typeOf(launch_.spec.workload).load;
    if (!design) return breach(protocolError("\"serving\" is not for this kind of work."));
    auto started = LoadGenerator::start(
        options_.guardProgram, design->plan(launch_.spec.workload, launch_.spec.seed), serving);
    if (!started) return end(RunStatus::Failed, started.error());
    load_ = std::move(*started);
    replicas_ = serving.replicas;
}

void LiveRun::takeLoad()
{
    load_->read();
    while (load_) {
        const auto line = load_->next();
        if (!line) break;
        takeLoadLine(*line);
    }
    if (!load_ || !load_->ended()) return;
    load_.reset();
    end(RunStatus::Failed, loadFailed("The load generator ended before it had measured."));
}

void LiveRun::takeLoadLine(std::string_view line)
{
    const auto json = parseJson(line);
    if (!json) return endLoad(loadFailed("The load generator: " + json.error().message));
    if (const auto why = field<std::string>(*json, "error"))
        return endLoad(loadFailed("The load generator: " + *why));
    if (const auto pid = field<std::int64_t>(*json, "kill")) {
        const auto why = killReplica(*pid);
        load_->order({{"killed", why.empty()}, {"why", why}});
        return sayOfLoad(why.empty() ? fmt::format("Replica {} was killed.", *pid)
                                     : fmt::format("Replica {} was not killed: {}.", *pid, why));
    }
    if (const auto rung = field<Json>(*json, "rung")) {
        tellLatency(*rung);
        return sayOfLoad(rungWords(*rung));
    }
    const auto told = field<Json>(*json, "report");
    auto report = told ? loadReportFromJson(*told) : Result<LoadReport>(told.error());
    if (!report) return endLoad(loadFailed("The load generator: " + report.error().message));
    report_ = std::move(*report);
    report_->cpuSeconds = load_->end();
    recorder_.tookLoad(report_->cpuSeconds);
    load_.reset();
    protocol_.sentStopServing();
    child_->write("{\"stop_serving\":true}\n");
}

void LiveRun::endLoad(Error error)
{
    load_.reset();
    end(RunStatus::Failed, std::move(error));
}

/// A line of the run's log.
void LiveRun::sayOfLoad(std::string message)
{
    tellOfLoad(LogEvent{"info", std::move(message)});
}

/// The curve of a run under load: how latency grows while the rate rises.
void LiveRun::tellLatency(const Json& rung)
{
    const auto latency = field<double>(rung, "p99_ms");
    const auto& go = recorder_.record().goAt;
    if (!latency || !go) return;
    tellOfLoad(SeriesEvent{"Latency p99, ms", {{(monotonicNow() - *go).count(), *latency}}});
}

void LiveRun::tellOfLoad(EventBody body)
{
    Event event{monotonicNow(), std::move(body)};
    recorder_.take(event, {event.t, event.t});
    observer_.onEvent(event);
}

/// Only a process that the engine has listed and that belongs to the run: a number may be anything,
/// and another process's by now. Why it was not killed; empty when it was.
std::string LiveRun::killReplica(std::int64_t pid)
{
    if (std::ranges::find(replicas_, pid) == replicas_.end()) return "the engine has not listed it";
    const auto number = static_cast<pid_t>(pid);
    // From here on this very process is meant.
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, number, 0)));
    if (!process) return "it has ended";
    const auto all = descendants(child_->guard());
    if (std::ranges::find(all, number) == all.end()) return "it does not belong to the run";
    if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) != 0)
        return "the system refused it";
    return {};
}

} // namespace spillway
