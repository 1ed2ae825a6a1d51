#pragma once

#include "native/logreg/logreg_solver.h"
#include "workloads/logreg/logreg.h"

namespace spillway {

/// The solution among equals: with three classes and more, adding the same to every class changes
/// no probability, and the penalty is least when weights sum to 0 over the classes.
Eigen::VectorXd centred(Eigen::VectorXd parameters, const SoftmaxShape& shape);

/// A fit and its score in words and numbers, coefficients in the units of the features as read.
LogregResult logregResult(const LogregWorkload& workload, const LabelledData& data, const Fit& fit,
                          const BlockScore& score);

} // namespace spillway
