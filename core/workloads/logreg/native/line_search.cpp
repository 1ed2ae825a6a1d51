#include "workloads/logreg/native/line_search.h"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr double sufficientDecrease = 1e-4;
constexpr double curvature = 0.9;
constexpr double roundingSlack = 1e-12; ///< relative: below it a change of the value is noise
constexpr int mostEvaluations = 30;
constexpr double longestStep = 1e10;

/// Where the cubic through both ends' values and slopes has its minimum (formula 3.59), kept a
/// tenth of the interval away from its ends.
double cubicMinimum(const Step& low, const Step& high)
{
    const double a = low.length;
    const double b = high.length;
    const double d1 = low.slope + high.slope - 3 * (low.at.value - high.at.value) / (a - b);
    const double inside = d1 * d1 - low.slope * high.slope;
    const double d2 = std::copysign(std::sqrt(inside), b - a);
    const double at = b - (b - a) * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
    const double margin = 0.1 * std::abs(b - a);
    if (!std::isfinite(at)) return (a + b) / 2;
    return std::clamp(at, std::min(a, b) + margin, std::max(a, b) - margin);
}

} // namespace

Result<Step> LineSearch::tryLength(double length)
{
    ++evaluations_;
    Step step{.length = length, .slope = 0, .point = origin_.point + length * direction_, .at = {}};
    auto evaluation = function_(step.point);
    if (!evaluation) return evaluation.error();
    step.at = std::move(*evaluation);
    step.slope = step.at.gradient.dot(direction_);
    return step;
}

bool LineSearch::decreases(const Step& step) const
{
    return step.at.value <= origin_.at.value + sufficientDecrease * step.length * origin_.slope;
}

bool LineSearch::accepts(const Step& step) const
{
    const double start = origin_.slope;
    if (decreases(step) && std::abs(step.slope) <= -curvature * start) return true;
    const bool sameValue =
        step.at.value <= origin_.at.value + roundingSlack * std::abs(origin_.at.value);
    return sameValue && step.slope >= curvature * start &&
           step.slope <= (2 * sufficientDecrease - 1) * start;
}

Result<std::optional<Step>> LineSearch::find(double length)
{
    Step before = origin_;
    while (evaluations_ < mostEvaluations && length < longestStep) {
        auto step = tryLength(length);
        if (!step) return step.error();
        if (!std::isfinite(step->at.value)) {
            length = before.length + (length - before.length) / 4;
            continue;
        }
        if (accepts(*step)) return std::optional<Step>(std::move(*step));
        const bool rising = before.length > 0 && step->at.value >= before.at.value;
        if (!decreases(*step) || rising) return zoom(std::move(before), std::move(*step));
        if (step->slope >= 0) return zoom(std::move(*step), std::move(before));
        before = std::move(*step);
        length *= 2;
    }
    return std::optional<Step>();
}

/// `low` has the least value of the steps that decrease enough; the wanted step lies between.
Result<std::optional<Step>> LineSearch::zoom(Step low, Step high)
{
    while (evaluations_ < mostEvaluations) {
        auto step = tryLength(cubicMinimum(low, high));
        if (!step) return step.error();
        if (accepts(*step)) return std::optional<Step>(std::move(*step));
        if (!decreases(*step) || step->at.value >= low.at.value) {
            high = std::move(*step);
            continue;
        }
        if (step->slope * (high.length - low.length) >= 0) high = std::move(low);
        low = std::move(*step);
    }
    if (low.length == 0) return std::optional<Step>();
    return std::optional<Step>(std::move(low));
}

} // namespace spillway
