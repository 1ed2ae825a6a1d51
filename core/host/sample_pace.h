#pragma once

#include "base/units.h"

#include <algorithm>

namespace spillway {

/// When to sample a run's memory next. A run of a few hundredths of a second would be over between
/// two ordinary samples, so the first half second after go has more of them, as long as sampling
/// takes little of the time: large process trees are not disturbed.
class SamplePace {
public:
    static constexpr Seconds denseInterval{0.01};
    static constexpr Seconds denseTime{0.5};
    /// Share of the interval that a sample may take at most.
    static constexpr double share = 0.05;

    explicit SamplePace(Seconds interval) : interval_(interval) {}

    Seconds interval() const { return dense_ ? std::min(denseInterval, interval_) : interval_; }
    void wentGo(Seconds now)
    {
        dense_ = true;
        denseEnd_ = now + denseTime;
    }
    /// Called after a sample at `now` that took `cost`.
    void looked(Seconds now, Seconds cost)
    {
        if (now >= denseEnd_ || cost > share * interval()) dense_ = false;
    }

private:
    const Seconds interval_;
    Seconds denseEnd_{};
    bool dense_ = false;
};

} // namespace spillway
