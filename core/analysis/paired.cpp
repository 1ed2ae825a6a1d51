#include "analysis/paired.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace spillway {
namespace {

constexpr double confidence = 0.95;

} // namespace

std::optional<PairedRatio> pairedRatio(const std::vector<double>& logRatios)
{
    const auto count = static_cast<double>(logRatios.size());
    if (logRatios.size() < 2) return std::nullopt;
    const double mean = std::accumulate(logRatios.begin(), logRatios.end(), 0.0) / count;
    double squares = 0;
    for (const double value : logRatios)
        squares += (value - mean) * (value - mean);
    const double error = std::sqrt(squares / (count - 1) / count);
    const boost::math::students_t student(count - 1);
    const double reach = boost::math::quantile(student, (1 + confidence) / 2) * error;
    PairedRatio paired{.ratio = std::exp(mean),
                       .low = std::exp(mean - reach),
                       .high = std::exp(mean + reach),
                       .rounds = static_cast<int>(logRatios.size()),
                       .p = mean == 0 ? 1.0 : 0.0};
    if (error > 0)
        paired.p = 2 * boost::math::cdf(boost::math::complement(student, std::abs(mean) / error));
    return paired;
}

std::optional<PairedRatio> pairedRatio(const CellSummary& cell, const CellSummary& base)
{
    std::map<RunRound, double> baseSeconds;
    for (std::size_t i = 0; i < base.rounds.size(); ++i)
        baseSeconds[base.rounds[i]] = base.secondsRepeats[i];
    std::vector<double> logRatios;
    for (std::size_t i = 0; i < cell.rounds.size(); ++i) {
        const auto found = baseSeconds.find(cell.rounds[i]);
        if (found != baseSeconds.end() && found->second > 0 && cell.secondsRepeats[i] > 0)
            logRatios.push_back(std::log(cell.secondsRepeats[i] / found->second));
    }
    return pairedRatio(logRatios);
}

std::vector<double> holmAdjusted(const std::vector<double>& p)
{
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
    std::vector<double> adjusted(p.size());
    double largest = 0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const auto left = static_cast<double>(p.size() - rank);
        largest = std::max(largest, std::min(1.0, left * p[order[rank]]));
        adjusted[order[rank]] = largest;
    }
    return adjusted;
}

} // namespace spillway
