#pragma once

#include "base/json_fwd.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// A value with its 95 % interval.
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// The time of one line at one worker count, as input to a fit.
struct ScalingPoint {
    int workers = 1;
    double seconds = 0; ///< median
    int repeats = 0;
};

/// How a line scales, T(N) = T(1) · (1/N + σ (N−1)/N + κ (N−1)): the time of a fixed amount of work
/// under Gunther's universal scalability law, X(N) = λN / (1 + σ(N−1) + κN(N−1)) with λ ∝ 1/T(1);
/// with κ = 0 Amdahl's law. In this form it is linear in T(1), σT(1) and κT(1), so the least
/// squares of the relative errors have one solution, found directly.
///
/// The points are the medians, and the intervals have their scatter around the curve, the law's own
/// misfit included, with as many degrees of freedom as there are counts beyond the parameters;
/// σ and κ are ratios of coefficients and have Fieller's intervals (1954).
struct ScalingFit {
    Estimate sigma; ///< share of the work that is serial or contended
    std::optional<Estimate>
        kappa; ///< cost of pairwise exchange between workers (coherency); USL only
    /// Worker count beyond which time rises again, √((1−σ)/κ): only where κ's interval excludes 0
    /// and the count is at most 1.5 times the largest one measured.
    std::optional<Estimate> fastestWorkers;
    int counts = 0; ///< number of worker counts in the fit; the smallest and largest of them
    int smallest = 1;
    int largest = 1;

    std::array<double, 3> coefficients{}; ///< T(1), σT(1), κT(1); seconds
    std::array<std::array<double, 3>, 3> covariance{};
    double quantile = 0; ///< of Student's t, for 95 %

    /// The curve: seconds with this many workers.
    Estimate secondsAt(double workers) const;
};

inline constexpr int countsForAmdahl = 4;
inline constexpr int countsForUsl = 7;
inline constexpr int repeatsForUsl = 6;

/// Amdahl's law through points of at least 4 worker counts; nothing with fewer, or when they do not
/// bound σ. The caller leaves out points beyond the usable cores.
std::optional<ScalingFit> fitAmdahl(const std::vector<ScalingPoint>& points);
/// The universal scalability law through points of at least 7 worker counts with 6 repeats each;
/// others are left out.
std::optional<ScalingFit> fitUsl(const std::vector<ScalingPoint>& points);

/// "Amdahl's law: 8.0 % serial (5.1–11.0)", "USL: σ 3.0 % (2.1–3.9), κ 0.21 % (0.18–0.24), fastest
/// with 22 workers (20–24)".
std::string describe(const ScalingFit& fit);
Json toJson(const ScalingFit& fit);

} // namespace spillway
