#include "host/live_run.h"
#include "host/table_rows.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

/// How long the guard may take to delete what a run has spilled.
constexpr Seconds removalGrace(60);

} // namespace

std::vector<SeenProcess> LiveRun::seenProcesses() const
{
    std::vector<SeenProcess> seen;
    for (const auto pid : sampler_->processes())
        seen.push_back({pid, lastSample_});
    if (child_->news().child > 0) seen.push_back({child_->news().child, lastSample_});
    return seen;
}

/// Reads what was written before the last process ended.
void LiveRun::drain()
{
    const auto end = monotonicNow() + Seconds(1);
    for (bool more = true; more && monotonicNow() < end;) {
        std::array<pollfd, 2> watched{
            {{child_->output(), POLLIN, 0}, {child_->errors(), POLLIN, 0}}};
        more = ::poll(watched.data(), watched.size(), 0) > 0;
        if (watched[0].revents != 0) readOutput();
        if (watched[1].revents != 0) readErrors();
    }
    if (!lines_.rest().empty() && !cause_) takeLine(std::string(lines_.rest()));
}

RunEnd LiveRun::ending()
{
    const auto& news = child_->news();
    RunEnd end;
    end.stopped = cause_;
    end.reported = reported_;
    end.ready = protocol_.ready();
    end.hasResult = protocol_.hasResult();
    end.saidBye = protocol_.saidBye();
    end.hungAfterBye = hungAfterBye_;
    end.guardLost = guardLost_;
    end.oomKill = oomWatch_.killed();
    end.lostAtOomKill = oomWatch_.lostOne();
    end.exitCode = news.exitCode;
    end.signal = news.signal;
    end.phase = phase();
    end.lastWords = lastLine(errors_.plainText());
    return end;
}

/// Writes the status of the run into the outcome, and fetches the rows that did not travel in the
/// result.
void LiveRun::settle(RunOutcome& outcome, const RunEnd& end)
{
    auto decided = decideStatus(end);
    auto& record = outcome.record;
    record.stderrTail = errors_.plainText();
    for (auto& flag : decided.flags)
        record.flags.push_back(std::move(flag));
    if (child_ && child_->news().left > 0) record.flags.emplace_back("processes-left");
    record.status = decided.status;
    record.error = std::move(decided.error);
    if (record.status != RunStatus::Ok || !record.result || !record.result->rowsAreApart()) return;
    auto rows = readTableRows(child_->news().scratch, *record.result, stop_);
    if (rows) {
        record.result->tableRows = static_cast<std::int64_t>(rows->rows());
        if (record.result->tableHash.empty()) record.result->tableHash = rowsHash(*rows);
        outcome.trace.table = std::move(*rows);
        return;
    }
    record.status =
        rows.error().code == ErrorCode::Cancelled ? RunStatus::Cancelled : RunStatus::Failed;
    record.error = rows.error();
    record.error->phase = end.phase;
}

/// Lets scratch go, and sees that guard and scratch are gone.
void LiveRun::release(RunRecord& record)
{
    child_->removeScratch();
    const auto end = monotonicNow() + removalGrace;
    while (!child_->news().removed && !child_->news().gone && monotonicNow() < end) {
        pollfd control{child_->control(), POLLIN, 0};
        ::poll(&control, 1, 100);
        child_->wakeGuard();
        child_->readNews();
    }
    if (child_->news().removed && child_->waitForGuard(Seconds(5))) return;
    child_->cleanUpWithoutGuard(seenProcesses());
    record.flags.emplace_back(child_->news().removed ? "cleaned-without-guard" : "scratch-left");
}

RunOutcome LiveRun::finish(std::optional<Error> startFailure)
{
    if (!child_) {
        auto outcome = recorder_.finish(0);
        outcome.record.status = RunStatus::Failed;
        outcome.record.error = std::move(startFailure);
        outcome.record.error->phase = "start";
        enter(RunState::Ended);
        return outcome;
    }
    load_.reset();
    const auto startError = child_->news().failure;
    guardLost_ = !child_->news().swept && !startError;
    if (guardLost_) child_->cleanUpWithoutGuard(seenProcesses());
    cache_.cancel();
    drain();
    if (protocol_.done())
        if (const auto resident = cache_.take(); resident && *resident)
            recorder_.residentAtDone((*resident)->resident);
    const auto end = ending();
    // The guard has waited for everything: what the run used up is complete with it now.
    if (child_->news().swept)
        recorder_.takeUsage(sampler_->sample(), child_->news().contextSwitches);
    auto outcome = recorder_.finish(sampler_->hwmSum());
    settle(outcome, end);
    if (startError && !cause_) {
        outcome.record.status = RunStatus::Failed;
        outcome.record.error = startError;
        outcome.record.error->phase = "start";
    }
    release(outcome.record);
    enter(RunState::Ended);
    return outcome;
}

} // namespace spillway
