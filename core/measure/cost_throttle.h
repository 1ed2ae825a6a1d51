#pragma once

#include "base/units.h"

namespace spillway {

/// Keeps an expensive reading to a fixed share of time: the next one is due `factor` times the cost
/// of the last one after it ended, so that readings take 1 / (1 + factor) of one core at most.
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

} // namespace spillway
