#pragma once

#include "workloads/workload.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Multinomial logistic regression (docs/workloads.md).
struct LogregWorkload {
    static constexpr std::string_view kind = "logreg";
    enum class Solver { Lbfgs, Sgd, SgdAveraged };

    std::string label;
    std::vector<std::string> features;
    Solver solver = Solver::Lbfgs;
    int maxIterations = 20;  ///< L-BFGS iterations, or epochs of SGD
    double tolerance = 1e-4; ///< on the largest component of the gradient of the objective
    double c = 1;            ///< λ = 1 / (c · n_train)
    bool standardise = true;
    double testFraction = 0.2; ///< in [0, 1); 0: no split

    bool operator==(const LogregWorkload&) const = default;
    operator Workload() const;
    /// Reads a workload of this kind. Missing columns and parameters are left open or at their
    /// defaults.
    static LogregWorkload of(const Workload& workload);
};

} // namespace spillway
