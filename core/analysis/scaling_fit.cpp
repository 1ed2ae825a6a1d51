#include "analysis/scaling_fit.h"

#include "analysis/statistics.h"
#include "base/json.h"

#include <Eigen/Dense>
#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double furthestBeyond = 1.5; // N* at most this many times the largest count

std::array<double, 3> terms(double workers)
{
    return {1 / workers, (workers - 1) / workers, workers - 1};
}

/// Fieller's interval of coefficient `above` ÷ coefficient 0: every ratio r for which
/// above − r · coefficient 0 is not shown to differ from 0. Nothing when that is no interval.
std::optional<Estimate> ratioToFirst(const ScalingFit& fit, std::size_t above)
{
    const double t2 = fit.quantile * fit.quantile;
    const double b = fit.coefficients[above];
    const double a = fit.coefficients[0];
    const double square = a * a - t2 * fit.covariance[0][0];
    const double half = a * b - t2 * fit.covariance[0][above];
    const double constant = b * b - t2 * fit.covariance[above][above];
    if (a <= 0 || square <= 0) return std::nullopt;
    const double root = std::sqrt(std::max(0.0, half * half - square * constant));
    return Estimate{b / a, (half - root) / square, (half + root) / square};
}

/// √((1−σ)/κ) with the interval of its logarithm by the delta method.
Estimate fastestOf(const ScalingFit& fit)
{
    const double parallel = fit.coefficients[0] - fit.coefficients[1];
    const double exchange = fit.coefficients[2];
    const Eigen::Vector3d gradient(0.5 / parallel, -0.5 / parallel, -0.5 / exchange);
    Eigen::Matrix3d covariance;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            covariance(Eigen::Index(i), Eigen::Index(j)) = fit.covariance[i][j];
    const double reach = fit.quantile * std::sqrt(gradient.dot(covariance * gradient));
    const double best = std::sqrt(parallel / exchange);
    return {best, best * std::exp(-reach), best * std::exp(reach)};
}

/// Least squares of the relative errors (T − fit) ÷ T over the first `parameters` terms.
ScalingFit leastSquares(const std::vector<ScalingPoint>& points, Eigen::Index parameters)
{
    const auto count = static_cast<Eigen::Index>(points.size());
    Eigen::MatrixXd design(count, parameters);
    for (Eigen::Index i = 0; i < count; ++i) {
        const auto& point = points[static_cast<std::size_t>(i)];
        const auto row = terms(point.workers);
        for (Eigen::Index j = 0; j < parameters; ++j)
            design(i, j) = row[static_cast<std::size_t>(j)] / point.seconds;
    }
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(count);
    const Eigen::VectorXd found = design.colPivHouseholderQr().solve(ones);
    const auto freedom = static_cast<double>(count - parameters);
    const double variance = (ones - design * found).squaredNorm() / freedom;
    const Eigen::MatrixXd covariance = variance * (design.transpose() * design).inverse();
    ScalingFit fit;
    fit.counts = static_cast<int>(count);
    const auto [smallest, largest] = std::ranges::minmax(points, {}, &ScalingPoint::workers);
    fit.smallest = smallest.workers;
    fit.largest = largest.workers;
    fit.quantile =
        boost::math::quantile(boost::math::students_t(freedom), (1 + confidenceLevel) / 2);
    for (Eigen::Index i = 0; i < parameters; ++i) {
        fit.coefficients[static_cast<std::size_t>(i)] = found(i);
        for (Eigen::Index j = 0; j < parameters; ++j)
            fit.covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] =
                covariance(i, j);
    }
    return fit;
}

std::string percent(const Estimate& estimate, int decimals)
{
    // A negative share is noise.
    const auto shown = [&](double value) {
        return fmt::format("{:.{}f}", 100 * std::max(0.0, value), decimals);
    };
    return fmt::format("{} % ({}–{})", shown(estimate.value), shown(estimate.low),
                       shown(estimate.high));
}

Json toJson(const Estimate& estimate)
{
    return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

bool usable(const ScalingPoint& point, int repeats)
{
    return point.workers > 0 && point.seconds > 0 && point.repeats >= repeats;
}

} // namespace

Estimate ScalingFit::secondsAt(double workers) const
{
    const auto row = terms(workers);
    double value = 0;
    double variance = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        value += row[i] * coefficients[i];
        for (std::size_t j = 0; j < row.size(); ++j)
            variance += row[i] * covariance[i][j] * row[j];
    }
    const double reach = quantile * std::sqrt(std::max(0.0, variance));
    return {value, value - reach, value + reach};
}

std::optional<ScalingFit> fitAmdahl(const std::vector<ScalingPoint>& points)
{
    auto used = points;
    std::erase_if(used, [](const ScalingPoint& point) { return !usable(point, 1); });
    if (used.size() < countsForAmdahl) return std::nullopt;
    auto fit = leastSquares(used, 2);
    const auto sigma = ratioToFirst(fit, 1);
    if (!sigma) return std::nullopt;
    fit.sigma = *sigma;
    return fit;
}

std::optional<ScalingFit> fitUsl(const std::vector<ScalingPoint>& points)
{
    auto used = points;
    std::erase_if(used, [](const ScalingPoint& point) { return !usable(point, repeatsForUsl); });
    if (used.size() < countsForUsl) return std::nullopt;
    auto fit = leastSquares(used, 3);
    const auto sigma = ratioToFirst(fit, 1);
    const auto kappa = ratioToFirst(fit, 2);
    if (!sigma || !kappa) return std::nullopt;
    fit.sigma = *sigma;
    fit.kappa = kappa;
    if (kappa->low <= 0 || sigma->value >= 1) return fit;
    const auto fastest = fastestOf(fit);
    if (fastest.value <= furthestBeyond * fit.largest) fit.fastestWorkers = fastest;
    return fit;
}

std::string describe(const ScalingFit& fit)
{
    if (!fit.kappa) return fmt::format("Amdahl's law: {} serial", percent(fit.sigma, 1));
    auto text = fmt::format("USL: σ {}, κ {}", percent(fit.sigma, 1), percent(*fit.kappa, 2));
    if (fit.fastestWorkers)
        text +=
            fmt::format(", fastest with {:.0f} workers ({:.0f}–{:.0f})", fit.fastestWorkers->value,
                        fit.fastestWorkers->low, fit.fastestWorkers->high);
    return text;
}

Json toJson(const ScalingFit& fit)
{
    return {{"sigma", toJson(fit.sigma)},
            {"kappa", fit.kappa ? toJson(*fit.kappa) : Json()},
            {"fastest_workers", fit.fastestWorkers ? toJson(*fit.fastestWorkers) : Json()},
            {"seconds_with_one", toJson(fit.secondsAt(1))},
            {"worker_counts", fit.counts}};
}

} // namespace spillway
