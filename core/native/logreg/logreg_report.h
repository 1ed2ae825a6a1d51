#pragma once

#include "native/logreg/logreg_solver.h"
#include "workloads/logreg/logreg.h"

namespace spillway {

/// The canonical one of equivalent solutions: with three or more classes, adding the same to every
/// class changes no probability, and the penalty is least when weights sum to 0 over the classes.
Eigen::VectorXd centred(Eigen::VectorXd parameters, const SoftmaxShape& shape);

/// A fit and its score as a result, coefficients in the units of the features as read.
LogregResult logregResult(const LogregWorkload& workload, const LabelledData& data, const Fit& fit,
                          const BlockScore& score);

} // namespace spillway
