#include "charts/label_layout.h"

#include <algorithm>
#include <numeric>

namespace spillway {
namespace {

/// Labels that touch each other and move as one.
struct Cluster {
    double sum = 0; ///< of wanted centres, each less the offset of its label in the cluster
    int count = 0;
    double first(double height, double top, double bottom) const
    {
        const double span = (count - 1) * height;
        return std::clamp(sum / count, top + height / 2,
                          std::max(top + height / 2, bottom - height / 2 - span));
    }
};

} // namespace

std::vector<double> spreadLabels(const std::vector<double>& wanted, double height, double top,
                                 double bottom)
{
    const auto count = wanted.size();
    if (count == 0) return {};
    height = std::min(height, (bottom - top) / static_cast<double>(count));
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return wanted[a] < wanted[b]; });
    // Pool adjacent violators: a label that would overlap joins the cluster above it.
    std::vector<Cluster> clusters;
    for (const auto index : order) {
        clusters.push_back({wanted[index], 1});
        while (clusters.size() > 1) {
            const auto& last = clusters.back();
            auto& before = clusters[clusters.size() - 2];
            const double end = before.first(height, top, bottom) + before.count * height;
            if (end <= last.first(height, top, bottom)) break;
            before.sum += last.sum - last.count * before.count * height;
            before.count += last.count;
            clusters.pop_back();
        }
    }
    std::vector<double> places(count);
    std::size_t next = 0;
    for (const auto& cluster : clusters)
        for (int i = 0; i < cluster.count; ++i)
            places[order[next++]] = cluster.first(height, top, bottom) + i * height;
    return places;
}

} // namespace spillway
