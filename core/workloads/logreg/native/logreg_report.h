#pragma once

#include "workloads/logreg/logreg_result.h"
#include "workloads/logreg/native/logreg_solver.h"

namespace spillway {

/// The canonical one of equivalent solutions: with three or more classes, adding the same to every
/// class changes no probability, and the penalty is least when weights sum to 0 over the classes.
Eigen::VectorXd centred(Eigen::VectorXd parameters, const SoftmaxShape& shape);

/// Parameters as fitted of a model in the units of the features as read. EngineFailed for one of
/// other classes than the data's or another shape.
Result<std::vector<double>> fittedParameters(const LogregWorkload& workload,
                                             const LabelledData& data, const ModelJob& model);

/// A fit and its score in words and numbers, coefficients in the units of the features as read.
LogregResult logregResult(const LogregWorkload& workload, const LabelledData& data, const Fit& fit,
                          const BlockScore& score);

} // namespace spillway
