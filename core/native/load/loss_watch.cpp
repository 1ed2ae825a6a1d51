#include "native/load/loss_watch.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double sliceSeconds = 0.25;
constexpr double slower = 3; ///< times the median before

double medianOf(std::vector<double> values)
{
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace

void countAnswer(LoadCounts& counts, AnswerKind kind)
{
    switch (kind) {
    case AnswerKind::Right:
        ++counts.right;
        break;
    case AnswerKind::Wrong:
        ++counts.wrong;
        break;
    case AnswerKind::Failed:
        ++counts.failed;
        break;
    case AnswerKind::Unfinished:
        ++counts.unfinished;
        break;
    }
}

void LossWatch::killed(Seconds when, std::int64_t pid)
{
    killedAt_ = when;
    pid_ = pid;
}

std::int64_t LossWatch::busiest(const std::vector<std::int64_t>& listed) const
{
    std::int64_t found = 0;
    std::int64_t most = 0;
    for (const auto pid : listed)
        if (const auto of = replicas_.find(pid); of != replicas_.end() && of->second > most) {
            found = pid;
            most = of->second;
        }
    return found;
}

void LossWatch::add(const Answer& answer)
{
    const Seconds latency = answer.ended - answer.scheduled;
    const bool answered = answer.kind == AnswerKind::Right || answer.kind == AnswerKind::Wrong;
    if (!killedAt_) {
        if (answered && answer.replica != 0) ++replicas_[answer.replica];
        if (answered) before_.push_back(latency.count());
        return;
    }
    if (answered && answer.replica != 0 && !replicas_.contains(answer.replica) && !newcomerAt_)
        newcomerAt_ = answer.ended;
    // One that came in before the kill and was broken off by it belongs to its first slice.
    if (answered && answer.scheduled < *killedAt_) return;
    const double since = std::max(0.0, (answer.scheduled - *killedAt_).count());
    auto& slice = slices_[static_cast<std::int64_t>(since / sliceSeconds)];
    countAnswer(counts_, answer.kind);
    if (!answered) {
        slice.failed = true;
        return;
    }
    slice.latencies.push_back(latency.count());
    latencies_.add(latency);
}

bool LossWatch::isAsBefore(const Slice& slice) const
{
    if (slice.failed) return false;
    return medianOf(slice.latencies) <= std::max(limit_.count(), slower * medianOf(before_));
}

ReplicaLoss LossWatch::report(Seconds end) const
{
    ReplicaLoss loss;
    loss.pid = pid_;
    loss.counts = counts_;
    if (const auto p99 = latencies_.quantile(0.99)) loss.p99 = 1000 * p99->count();
    if (newcomerAt_) loss.replacement = std::max(0.0, (*newcomerAt_ - *killedAt_).count());
    std::int64_t good = 0; // the slice from which on all are as before
    for (const auto& [number, slice] : slices_)
        if (!isAsBefore(slice)) good = number + 1;
    const double recovery = static_cast<double>(good) * sliceSeconds;
    const bool seen = !slices_.empty() && slices_.rbegin()->first >= good;
    if (seen && recovery < (end - *killedAt_).count()) loss.recovery = recovery;
    return loss;
}

} // namespace spillway
