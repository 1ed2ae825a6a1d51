#include "host/live_run.h"

#include "base/json.h"
#include "base/utf8.h"
#include "host/scratch.h"
#include "measure/machine.h"
#include "workloads/load.h"
#include "workloads/run_result.h"
#include "workloads/workload_type.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace spillway {
namespace {

/// What one turn of the loop reads of stdout at most, before it looks at the timer again.
constexpr std::size_t readBudget = std::size_t(1) << 16;
bool setPeriod(int timer, Seconds interval)
{
    const auto whole = static_cast<time_t>(interval.count());
    const auto rest = static_cast<long>((interval.count() - static_cast<double>(whole)) * 1e9);
    const itimerspec period{{whole, rest}, {0, 1000000}};
    return ::timerfd_settime(timer, 0, &period, nullptr) == 0;
}

Error cancelled()
{
    return makeError(ErrorCode::Cancelled, "Cancelled.");
}

} // namespace

LiveRun::LiveRun(const SupervisorOptions& options, const Launch& launch, RunObserver& observer,
                 std::stop_token stop)
    : options_(options),
      launch_(launch),
      observer_(observer),
      stop_(std::move(stop)),
      recorder_(launch),
      pace_(options.sampleInterval),
      watchdog_(launch.spec.address ? std::nullopt : launch.spec.memoryLimit),
      scratchWatch_(launch.maxScratch)
{
}

RunOutcome LiveRun::execute()
{
    const SigpipeBlock noSigpipe;
    recorder_.started();
    enter(RunState::Starting);
    std::optional<Error> failure;
    if (auto started = start(); started) {
        const std::stop_callback wake(stop_, [this] { ::eventfd_write(stopEvent_.get(), 1); });
        loop();
    } else {
        failure = started.error();
    }
    return finish(std::move(failure));
}

Result<void> LiveRun::prepareRoot()
{
    std::error_code reason;
    std::filesystem::create_directories(options_.scratchRoot, reason);
    root_ = std::filesystem::canonical(options_.scratchRoot, reason);
    if (reason)
        return systemError("Cannot use " + options_.scratchRoot.string() + " for scratch files",
                           reason.value());
    if (!isUtf8(root_.native()))
        return invalidArgument(
            fmt::format("The name of {} is not UTF-8, but engines get it as JSON.", root_.string()),
            "Choose another scratch directory.");
    if (isMemoryFileSystem(root_))
        return invalidArgument(
            fmt::format("{} is in memory: data spilled there would stay in memory.",
                        root_.string()),
            "Choose a scratch directory on a disk.");
    sweepStaleScratch(root_);
    return {};
}

Result<void> LiveRun::start()
{
    if (auto valid = launch_.spec.validate(); !valid) return valid;
    if (auto prepared = prepareRoot(); !prepared) return prepared;
    stopEvent_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!stopEvent_ || cache_.descriptor() < 0) return systemError("Cannot start a run", errno);
    timer_ = UniqueFd(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!timer_ || !setPeriod(timer_.get(), pace_.interval()))
        return systemError("Cannot start a run", errno);
    auto child = ChildProcess::start(options_.guardProgram, launch_.commandLine, root_);
    if (!child) return child.error();
    child_ = std::move(*child);
    sampler_ = std::make_unique<ProcessTreeSampler>(child_->guard(), launch_.roles);
    deadline_ = recorder_.startedAt() + launch_.timeout;
    return {};
}

void LiveRun::enter(RunState state)
{
    state_ = state;
    observer_.onState(state);
}

void LiveRun::loop()
{
    enter(RunState::SettingUp);
    while (!child_->news().swept && !child_->news().gone && !guardLost_)
        turn();
}

void LiveRun::turn()
{
    const int input = child_->hasUnwritten() ? child_->input() : -1;
    const int cache = cache_.busy() ? cache_.descriptor() : -1;
    const int stop = cause_ ? -1 : stopEvent_.get();
    const int orders = load_ && load_->hasUnwritten() ? load_->input() : -1;
    const int words = load_ ? load_->output() : -1;
    std::array<pollfd, 9> watched{{{timer_.get(), POLLIN, 0},
                                   {child_->control(), POLLIN, 0},
                                   {child_->output(), POLLIN, 0},
                                   {child_->errors(), POLLIN, 0},
                                   {input, POLLOUT, 0},
                                   {cache, POLLIN, 0},
                                   {stop, POLLIN, 0},
                                   {orders, POLLOUT, 0},
                                   {words, POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), 1000) < 0 && errno != EINTR) return;
    if (watched[2].revents == 0) arrival_.after = monotonicNow();
    const auto happened = [&](std::size_t which) { return watched[which].revents != 0; };
    if (happened(0)) sample();
    if (happened(6)) end(RunStatus::Cancelled, cancelled());
    if (happened(2)) readOutput();
    if (happened(3)) readErrors();
    if (happened(4)) child_->flush();
    if (happened(5)) takeCache();
    if (load_ && happened(7)) load_->flush();
    if (load_ && happened(8)) takeLoad();
    if (happened(1)) takeNews();
    checkTime();
    checkScratch();
}

void LiveRun::readOutput()
{
    std::array<char, readBudget> buffer;
    for (std::size_t taken = 0; taken < readBudget;) {
        const auto count = ::read(child_->output(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        arrival_.at = monotonicNow();
        if (count < 0 && errno == EAGAIN) {
            arrival_.after = arrival_.at;
            return;
        }
        if (count <= 0) return child_->closeOutput();
        taken += static_cast<std::size_t>(count);
        // After the first protocol violation further output is ignored and only drained.
        if (cause_ && cause_->error.code == ErrorCode::Protocol) continue;
        lines_.append(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
        while (const auto line = lines_.next())
            takeLine(*line);
        if (lines_.overflowed())
            end(RunStatus::Failed,
                protocolError(
                    "The engine wrote a line of more than 1 MiB to its standard output."));
    }
}

void LiveRun::readErrors()
{
    std::array<char, 65536> buffer;
    const auto count = ::read(child_->errors(), buffer.data(), buffer.size());
    if (count > 0)
        errors_.append(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        child_->closeErrors();
}

void LiveRun::takeLine(std::string_view line)
{
    auto event = eventFromLine(line);
    if (event) return takeEvent(std::move(*event));
    breach(event.error());
}

void LiveRun::breach(Error error)
{
    error.message = "The engine broke the run protocol: " + error.message;
    end(RunStatus::Failed, std::move(error));
}

Result<void> LiveRun::accept(Event& event)
{
    if (auto within = limits_.take(event); !within) return within;
    auto* sent = std::get_if<ResultEvent>(&event.body);
    if (!sent) return {};
    if (auto possible = checkRanges(sent->result, launch_.spec.workload); !possible)
        return possible;
    const LoadDesign* design = typeOf(launch_.spec.workload).load;
    if (!design) return {};
    if (!report_) return protocolError("A result without \"serving\".");
    design->add(*report_, sent->result);
    return checkRanges(sent->result, launch_.spec.workload);
}

void LiveRun::takeEvent(Event event)
{
    if (cause_ && cause_->error.code == ErrorCode::Protocol) return;
    if (auto accepted = protocol_.accept(event); !accepted)
        return end(RunStatus::Failed, accepted.error());
    if (auto accepted = accept(event); !accepted) return breach(accepted.error());
    // The run's own usage so far must be known to compute that of other programs.
    if (!cause_ && std::holds_alternative<DoneEvent>(event.body)) takeSample();
    recorder_.take(event, arrival_);
    react(event);
    observer_.onEvent(event);
}

void LiveRun::react(const Event& event)
{
    if (const auto* error = std::get_if<ErrorEvent>(&event.body)) reported_ = error->error;
    if (reported_ || protocol_.saidBye()) lastWordAt_ = lastWordAt_.value_or(monotonicNow());
    if (cause_) return;
    if (const auto* serving = std::get_if<ServingEvent>(&event.body)) beginLoad(*serving);
    if (std::holds_alternative<ReadyEvent>(event.body)) {
        takeSample(); // a run shorter than the interval has a figure all the same
        cacheBegan_ = monotonicNow();
        cache_.start({.state = launch_.cache,
                      .paths = launch_.spec.dataset.paths,
                      .room = launch_.cacheRoom.value_or(availableRam()),
                      .others = launch_.otherFiles});
        enter(RunState::PreparingCache);
    }
    if (std::holds_alternative<DoneEvent>(event.body)) {
        watchdog_.workIsDone();
        recorder_.driverResidentAtDone(sampler_->driverResident());
        cache_.start({.state = CacheState::AsIs,
                      .paths = launch_.spec.dataset.paths,
                      .room = 0,
                      .others = {}});
        enter(RunState::Finishing);
    }
}

void LiveRun::takeCache()
{
    const auto outcome = cache_.take();
    if (!outcome) return;
    if (const auto [done, total] = cache_.progress(); total > 0)
        observer_.onCacheProgress(done, total);
    if (state_ != RunState::PreparingCache) {
        if (*outcome) recorder_.residentAtDone((*outcome)->resident);
        return;
    }
    // Another user's file: the run is valid, only its initial cache state cannot be verified.
    const bool unknown = !*outcome && outcome->error().code == ErrorCode::Unsupported;
    if (unknown) recorder_.flag("residency-unknown");
    if (!*outcome && !unknown) return end(RunStatus::Failed, outcome->error());
    deadline_ += monotonicNow() - cacheBegan_;
    sendGo(*outcome ? **outcome : CacheOutcome{});
}

void LiveRun::sendGo(const CacheOutcome& cache)
{
    // Before the child can answer: its stamps must not precede the host's.
    pace_.wentGo(monotonicNow());
    setPeriod(timer_.get(), pace_.interval());
    recorder_.wentGo(monotonicNow(), cache, sampler_->driverResident());
    protocol_.sentGo();
    enter(RunState::Running);
    child_->write("{\"go\":true}\n");
}

void LiveRun::takeNews()
{
    child_->readNews();
    const auto& news = child_->news();
    if (specSent_ || news.scratch.empty()) return;
    specSent_ = true;
    auto spec = launch_.spec;
    spec.scratch = news.scratch;
    child_->write(toLine(toJson(spec, launch_.protocol)) + '\n');
}

void LiveRun::sample()
{
    std::uint64_t periods = 0;
    if (::read(timer_.get(), &periods, sizeof periods) <= 0) return;
    child_->wakeGuard();
    if (state_ == RunState::PreparingCache)
        if (const auto [done, total] = cache_.progress(); total > 0)
            observer_.onCacheProgress(done, total);
    if (child_->news().child == 0) return;
    const Seconds interval = pace_.interval();
    const Seconds began = monotonicNow();
    takeSample();
    const Seconds now = monotonicNow();
    pace_.looked(now, now - began);
    if (pace_.interval() != interval) setPeriod(timer_.get(), pace_.interval());
}

void LiveRun::takeSample()
{
    const auto sample = sampler_->sample();
    lastSample_ = sample.t;
    oomWatch_.look(sampler_->processes(), sample.t);
    recorder_.take(sample);
    observer_.onSample(sample);
    // Of samples that lie closer together than usual the watchdog gets as many as usual.
    if (sample.t - watchedAt_ < 0.9 * options_.sampleInterval) return;
    watchedAt_ = sample.t;
    if (cause_ || !watchdog_.check(sample)) return;
    if (!sampler_->estimated()) return endAboveLimit(sample.total());
    // No run is stopped because of an estimate.
    const auto exact = sampler_->sample(ProcessTreeSampler::Reading::Exact);
    recorder_.take(exact);
    if (watchdog_.check(exact)) endAboveLimit(exact.total());
}

std::string LiveRun::phase() const
{
    if (auto open = recorder_.openPhase(); !open.empty()) return open;
    if (protocol_.done()) return "finish";
    if (recorder_.record().goAt) return "run";
    return protocol_.ready() ? "cache" : "set-up";
}

} // namespace spillway
