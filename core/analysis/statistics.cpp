#include "analysis/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace spillway {
namespace {

constexpr double outlierDistance = 14.8; // in MADs: ten standard deviations of a normal sample

double medianOfSorted(const std::vector<double>& sorted)
{
    const auto middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return medianOfSorted(values);
}

/// How far from the ends the interval may begin, and what it then covers.
struct OrderInterval {
    std::size_t rank = 0; ///< 0: the smallest and the largest value
    double coverage = 0;
};

/// The narrowest symmetric pair of order statistics that covers the median with 95 % or more. The
/// number of values below the median is Bin(n, 1/2), so [x(r+1), x(n−r)] covers it with
/// 1 − 2·P(Bin(n, 1/2) ≤ r).
OrderInterval narrowest(std::size_t n)
{
    double probability = std::exp2(-static_cast<double>(n)); // P(Bin = 0)
    double tail = probability;
    OrderInterval best{0, 1 - 2 * tail};
    for (std::size_t rank = 1; 2 * rank + 1 < n; ++rank) {
        probability *= static_cast<double>(n - rank + 1) / static_cast<double>(rank);
        tail += probability;
        if (1 - 2 * tail < confidenceLevel) break;
        best = {rank, 1 - 2 * tail};
    }
    return best;
}

constexpr std::array<double, 3> tickSteps{1, 2, 5};

/// The i-th tick of the endless row … 0.5, 1, 2, 5, 10 …, where 0 is 1.
double tickAt(int index)
{
    const int decade = index >= 0 ? index / 3 : -((2 - index) / 3);
    const double step = tickSteps[static_cast<std::size_t>(index - 3 * decade)];
    // Dividing by a whole power keeps 0.2 the number that is written 0.2.
    return decade >= 0 ? step * std::pow(10.0, decade) : step / std::pow(10.0, -decade);
}

/// The last tick at or below `value`.
int tickIndexBelow(double value)
{
    int index = 3 * static_cast<int>(std::floor(std::log10(value))) - 1;
    while (tickAt(index + 1) <= value * (1 + 1e-12))
        ++index;
    return index;
}

} // namespace

std::optional<Interval> medianInterval(std::vector<double> values)
{
    if (values.empty()) return std::nullopt;
    std::sort(values.begin(), values.end());
    Interval interval{.median = medianOfSorted(values),
                      .low = values.front(),
                      .high = values.back(),
                      .n = static_cast<int>(values.size()),
                      .coverage = std::nullopt};
    const auto chosen = narrowest(values.size());
    if (chosen.coverage < confidenceLevel) return interval;
    interval.low = values[chosen.rank];
    interval.high = values[values.size() - 1 - chosen.rank];
    interval.coverage = chosen.coverage;
    return interval;
}

std::vector<bool> outliers(const std::vector<double>& values)
{
    std::vector<bool> flags(values.size(), false);
    if (values.size() < 4) return flags;
    const double median = medianOf(values);
    std::vector<double> distances;
    distances.reserve(values.size());
    for (const double value : values)
        distances.push_back(std::abs(value - median));
    const double mad = medianOf(distances);
    if (mad <= 0) return flags;
    for (std::size_t i = 0; i < values.size(); ++i)
        flags[i] = distances[i] / mad > outlierDistance;
    return flags;
}

std::vector<double> logTicks(double low, double high)
{
    if (!(low > 0) || !(high >= low) || !std::isfinite(high)) return {};
    int first = tickIndexBelow(low);
    int last = tickIndexBelow(high);
    if (tickAt(first) < low * (1 - 1e-12)) ++first;
    if (last - first < 1) {
        first = tickIndexBelow(low);
        last = std::max(first + 1, tickAt(last) < high * (1 - 1e-12) ? last + 1 : last);
    }
    std::vector<double> ticks;
    for (int index = first; index <= last; ++index)
        ticks.push_back(tickAt(index));
    return ticks;
}

} // namespace spillway
