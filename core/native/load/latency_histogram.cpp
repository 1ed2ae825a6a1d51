#include "native/load/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double smallestLatency = 1e-6; // seconds
constexpr double bucketsAnOctave = 32;

} // namespace

Seconds LatencyHistogram::upperBound(std::size_t bucket)
{
    return Seconds(smallestLatency *
                   std::exp2((static_cast<double>(bucket) + 1) / bucketsAnOctave));
}

void LatencyHistogram::add(Seconds latency)
{
    const double place =
        bucketsAnOctave * std::log2(std::max(latency.count(), smallestLatency) / smallestLatency);
    ++counts_[std::min(buckets - 1, static_cast<std::size_t>(place))];
    ++all_;
}

std::optional<Seconds> LatencyHistogram::quantile(double share) const
{
    if (all_ == 0) return std::nullopt;
    const auto wanted = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::ceil(share * static_cast<double>(all_))));
    std::int64_t below = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        below += counts_[bucket];
        if (below >= wanted) return upperBound(bucket);
    }
    return upperBound(buckets - 1);
}

std::vector<std::pair<double, double>> LatencyHistogram::points() const
{
    std::vector<std::pair<double, double>> found;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket)
        if (counts_[bucket] > 0)
            found.emplace_back(1000 * upperBound(bucket).count(),
                               static_cast<double>(counts_[bucket]));
    return found;
}

} // namespace spillway
