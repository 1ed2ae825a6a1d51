#include "charts/live_charts.h"

#include <algorithm>

namespace spillway {

PointRange pointsBetween(const QList<QPointF>& points, double begin, double end)
{
    auto first = std::ranges::lower_bound(points, begin, {}, &QPointF::x);
    auto last = std::ranges::upper_bound(points, end, {}, &QPointF::x);
    if (first != points.begin()) --first;
    if (last != points.end()) ++last;
    return {first - points.begin(), last - first};
}

std::vector<qsizetype> decimatedIndexes(const QList<QPointF>& points, int pixels)
{
    std::vector<qsizetype> kept;
    if (points.isEmpty()) return kept;
    pixels = std::max(pixels, 1);
    const double first = points.front().x();
    const double width = (points.back().x() - first) / pixels;
    if (points.size() <= 2 * static_cast<qsizetype>(pixels) || !(width > 0)) {
        for (qsizetype i = 0; i < std::min<qsizetype>(points.size(), 2 * pixels); ++i)
            kept.push_back(i);
        return kept;
    }
    const auto columnOf = [&](qsizetype i) {
        return std::min(static_cast<int>((points[i].x() - first) / width), pixels - 1);
    };
    for (qsizetype begin = 0; begin < points.size();) {
        const int column = columnOf(begin);
        qsizetype low = begin;
        qsizetype high = begin;
        qsizetype end = begin;
        for (; end < points.size() && columnOf(end) == column; ++end) {
            if (points[end].y() < points[low].y()) low = end;
            if (points[end].y() > points[high].y()) high = end;
        }
        kept.push_back(std::min(low, high));
        if (low != high) kept.push_back(std::max(low, high));
        begin = end;
    }
    return kept;
}

QList<QPointF> decimate(const QList<QPointF>& points, int pixels)
{
    QList<QPointF> thinned;
    const auto kept = decimatedIndexes(points, pixels);
    thinned.reserve(static_cast<qsizetype>(kept.size()));
    for (const auto index : kept)
        thinned.append(points[index]);
    return thinned;
}

} // namespace spillway
