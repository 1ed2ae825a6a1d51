#pragma once

#include "native/load/latency_histogram.h"
#include "native/load/open_loop.h"

#include <map>
#include <set>
#include <vector>

namespace spillway {

/// What a server's users notice of the end of one replica. Requests are told apart by when they
/// came in, in slices of a quarter of a second: one is as before when none of its requests failed
/// and their median is within the limit, or within three times what it was before.
class LossWatch {
public:
    explicit LossWatch(Seconds limit) : limit_(limit) {}

    void add(const Answer& answer);
    void killed(Seconds when, std::int64_t pid);
    bool sawTheKill() const { return killedAt_.has_value(); }
    /// That of the listed ones which has answered most; 0: none of them has.
    std::int64_t busiest(const std::vector<std::int64_t>& listed) const;
    /// Of requests that came in from the kill, which there was, until `end`.
    ReplicaLoss report(Seconds end) const;

private:
    struct Slice {
        std::vector<double> latencies; ///< seconds
        bool failed = false;
    };

    bool isAsBefore(const Slice& slice) const;

    Seconds limit_;
    std::vector<double> before_; ///< latencies, seconds
    std::map<std::int64_t, std::int64_t> replicas_;
    std::optional<Seconds> killedAt_;
    std::int64_t pid_ = 0;
    std::map<std::int64_t, Slice> slices_; ///< by number since the kill
    LatencyHistogram latencies_;
    LoadCounts counts_;
    std::optional<Seconds> newcomerAt_;
};

/// One more of its kind.
void countAnswer(LoadCounts& counts, AnswerKind kind);

} // namespace spillway
