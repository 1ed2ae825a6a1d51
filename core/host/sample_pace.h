#pragma once

#include "base/units.h"

#include <algorithm>

namespace spillway {

/// How soon the memory of a run is looked at again. A run of a few hundredths of a second would be
/// over between two ordinary looks; so the first half second after go has more of them, as long as
/// looking takes little of the time: large trees of processes are not disturbed.
class SamplePace {
public:
    static constexpr Seconds denseInterval{0.01};
    static constexpr Seconds denseTime{0.5};
    /// Of the interval, at most, that a look may take.
    static constexpr double share = 0.05;

    explicit SamplePace(Seconds interval) : interval_(interval) {}

    Seconds interval() const { return dense_ ? std::min(denseInterval, interval_) : interval_; }
    void wentGo(Seconds now)
    {
        dense_ = true;
        denseEnd_ = now + denseTime;
    }
    /// After a look at `now` that took `cost`.
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
