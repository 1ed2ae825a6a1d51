#pragma once

#include "base/error.h"

#include <Eigen/Core>

#include <functional>

namespace spillway {

struct LbfgsOptions {
    int maxIterations = 20;
    double tolerance = 1e-4; ///< on the largest component of the gradient
    int history = 10;        ///< number of kept pairs of steps and gradient differences
};

/// A function's value and gradient at one point.
struct Evaluation {
    double value = 0;
    Eigen::VectorXd gradient;
};

struct Minimum {
    Eigen::VectorXd point;
    Evaluation at;
    int iterations = 0;
    int evaluations = 0;
    bool converged = false; ///< the gradient is within the tolerance
};

using Function = std::function<Result<Evaluation>(const Eigen::VectorXd&)>;
/// Called after every iteration.
using IterationEnded = std::function<void(const Minimum&)>;

/// Limited-memory BFGS with a strong-Wolfe line search: algorithms 7.4, 3.5 and 3.6 of Nocedal and
/// Wright, "Numerical Optimization", 2nd edition. Near the minimum, where rounding hides every
/// decrease, a step may also satisfy Hager and Zhang's approximate Wolfe conditions (SIAM J. Optim.
/// 16, 2005). An iteration is one accepted step; without one the search ends early, unconverged.
/// An error of the function ends it with that error.
Result<Minimum> minimise(const Function& function, const Eigen::VectorXd& start,
                         const LbfgsOptions& options, const IterationEnded& ended = {});

} // namespace spillway
