#pragma once

#include "workloads/logreg/native/lbfgs.h"

#include <optional>

namespace spillway {

/// A point on the line and the function there.
struct Step {
    double length = 0;
    double slope = 0; ///< directional derivative
    Eigen::VectorXd point;
    Evaluation at;
};

/// Finds a step along `direction` that satisfies the strong Wolfe conditions (10⁻⁴ and 0.9).
class LineSearch {
public:
    LineSearch(const Function& function, const Step& origin, const Eigen::VectorXd& direction)
        : function_(function), origin_(origin), direction_(direction)
    {
    }

    /// Tries `length` first. Nothing when no suitable step is found within 30 evaluations.
    Result<std::optional<Step>> find(double length);
    int evaluations() const { return evaluations_; }

private:
    Result<Step> tryLength(double length);
    Result<std::optional<Step>> zoom(Step low, Step high);
    bool decreases(const Step& step) const;
    bool accepts(const Step& step) const;

    const Function& function_;
    const Step& origin_; ///< length 0
    const Eigen::VectorXd& direction_;
    int evaluations_ = 0;
};

} // namespace spillway
