#pragma once

#include "base/units.h"

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace spillway {

/// Latencies in buckets of equal ratio, 2^(1/32): a quantile is at most 2.2 % too large. From 1 µs
/// to 1,000 s; what is outside goes into the first or last bucket.
class LatencyHistogram {
public:
    void add(Seconds latency);
    /// The upper bound of the bucket that holds the quantile `share`; nothing without latencies.
    std::optional<Seconds> quantile(double share) const;
    /// Upper bound in ms and number, of the buckets that are not empty.
    std::vector<std::pair<double, double>> points() const;

private:
    static Seconds upperBound(std::size_t bucket);

    static constexpr std::size_t buckets = 960; // log2(10^9) · 32, and a little
    std::array<std::int64_t, buckets> counts_{};
    std::int64_t all_ = 0;
};

} // namespace spillway
