#pragma once

#include "base/units.h"

#include <algorithm>

namespace spillway {

/// Limits an expensive reading to a fixed share of time: the next one is due `factor` times the
/// last one's cost after it ended, so that readings take at most 1 / (1 + factor) of one core.
class CostThrottle {
public:
    explicit CostThrottle(double factor) : factor_(factor) {}

    bool due() const { return monotonicNow() >= next_; }
    void record(Seconds begin)
    {
        const auto end = monotonicNow();
        next_ = end + factor_ * (end - begin);
    }

private:
    double factor_ = 0;
    Seconds next_{};
};

/// The same for a reading that is worth more when done at once: time for it accrues at `share` of
/// one core, up to `most`, which is available from the start.
class CostBudget {
public:
    CostBudget(double share, Seconds most) : share_(share), most_(most), saved_(most) {}

    /// Whether any time is left; the last reading may overdraw it.
    bool left() const { return saved(monotonicNow()) > Seconds(0); }
    void spend(Seconds begin)
    {
        const auto end = monotonicNow();
        saved_ = saved(end) - (end - begin);
        since_ = end;
    }

private:
    Seconds saved(Seconds now) const { return std::min(most_, saved_ + share_ * (now - since_)); }

    double share_ = 0;
    Seconds most_{};
    Seconds saved_{};
    Seconds since_ = monotonicNow();
};

} // namespace spillway
