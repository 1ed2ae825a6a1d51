#pragma once

#include "protocol/sample.h"

#include <optional>

namespace spillway {

/// Decides from samples when a run is above its memory limit: anon + shared above the limit in two
/// consecutive samples, so that one reading in the middle of a buffer swap does not end the run.
class Watchdog {
public:
    explicit Watchdog(std::optional<Bytes> limit) : limit_(limit) {}

    /// The work is done, and within the limit: its answer may take as much again while it is put
    /// into words, counted and read back from files.
    void workIsDone() { times_ = 2; }

    /// Whether the run must be stopped after this sample.
    bool check(const Sample& sample)
    {
        const bool above = limit_ && sample.total() > *limit_ * times_;
        const bool twice = above && previousAbove_;
        previousAbove_ = above;
        return twice;
    }
    std::optional<Bytes> limit() const { return limit_; }
    /// How many times the limit may be held now.
    Bytes times() const { return times_; }

private:
    std::optional<Bytes> limit_;
    Bytes times_ = 1;
    bool previousAbove_ = false;
};

} // namespace spillway
