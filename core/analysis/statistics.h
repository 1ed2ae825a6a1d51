#pragma once

#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// Confidence level of every interval and band that is drawn or printed.
constexpr double confidenceLevel = 0.95;

/// Median with an interval from order statistics. From 6 values the interval has a coverage of at
/// least 95 % (96.9 % at 6, where it is min–max); with fewer it is min–max and `coverage` is
/// absent.
struct Interval {
    double median = 0;
    double low = 0;
    double high = 0;
    int n = 0;
    std::optional<double> coverage;
};

/// Empty input has no interval.
std::optional<Interval> medianInterval(std::vector<double> values);

/// Which values have |x − median| / MAD > 14.8 (flagged, never removed). All false below 4 values
/// or when MAD is 0.
std::vector<bool> outliers(const std::vector<double>& values);

/// Ticks 1-2-5 for a logarithmic axis that spans [low, high] (both > 0), at least two of them.
std::vector<double> logTicks(double low, double high);

} // namespace spillway
