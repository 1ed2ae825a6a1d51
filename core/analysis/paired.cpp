#include "analysis/paired.h"

#include "analysis/statistics.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace spillway {
namespace {

std::map<RunRound, double> secondsByRound(const CellSummary& cell)
{
    std::map<RunRound, double> seconds;
    for (std::size_t i = 0; i < cell.rounds.size(); ++i)
        seconds[cell.rounds[i]] = cell.secondsRepeats[i];
    return seconds;
}

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
    const double reach = boost::math::quantile(student, (1 + confidenceLevel) / 2) * error;
    PairedRatio paired{.ratio = std::exp(mean),
                       .low = std::exp(mean - reach),
                       .high = std::exp(mean + reach),
                       .rounds = static_cast<int>(logRatios.size()),
                       .p = mean == 0 ? 1.0 : 0.0};
    if (error > 0)
        paired.p = 2 * boost::math::cdf(boost::math::complement(student, std::abs(mean) / error));
    return paired;
}

std::vector<double> commonLogRatios(const CellSummary& cell, const CellSummary& base)
{
    const auto baseSeconds = secondsByRound(base);
    std::vector<double> logRatios;
    for (const auto& [round, seconds] : secondsByRound(cell)) {
        const auto found = baseSeconds.find(round);
        if (found != baseSeconds.end() && found->second > 0 && seconds > 0)
            logRatios.push_back(std::log(seconds / found->second));
    }
    return logRatios;
}

std::optional<PairedRatio> pairedRatio(const CellSummary& cell, const CellSummary& base)
{
    return pairedRatio(commonLogRatios(cell, base));
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
