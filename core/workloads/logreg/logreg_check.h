#pragma once

#include "workloads/logreg/logreg_result.h"
#include "workloads/result_checker.h"

#include <optional>
#include <string>

namespace spillway {

/// Nothing when rows and classes of a regression are those of the generated dataset, as far as its
/// manifest tells: the same label column, each class in the file and none left out but words for
/// missing values, whose rows are counted as dropped.
std::optional<Error> disagreement(const LogregResult& result, const LogregWorkload& workload,
                                  const DatasetManifest& manifest);

/// A model for Spillway's own engine to evaluate, as RunSpec::job of a regression with the profile
/// "reference": {"classes", "coefficients", "intercepts"}. The result is that of the model on the
/// rows of the workload: its loss, objective and accuracies. Without a job that profile fits.
struct ModelJob {
    std::vector<std::string> classes;
    std::vector<std::vector<double>> coefficients;
    std::vector<double> intercepts;

    static Result<ModelJob> of(std::string_view job);
    std::string text() const;
    /// To nine significant digits: repeats that differ in the last bits are one model, which has to
    /// be evaluated once. Where that is too coarse for what a run claims, its exact model is.
    ModelJob rounded() const;
};

/// How far a regression may be from what Spillway's own engine finds for the same rows.
struct LogregTolerance {
    /// A claimed loss from the loss of the reported coefficients, of max(1, loss).
    static constexpr double loss = 1e-6;
    /// A claimed accuracy from theirs, beside five rows that lie on a boundary.
    static constexpr double accuracy = 1e-5;
    /// The objective of a fit that says it converged from the least, of what fitting gains over no
    /// coefficients at all, whose objective is the logarithm of the number of classes …
    static constexpr double objective = 1e-3;
    /// … and beside it, for labels that cannot be learnt.
    static constexpr double least = 1e-6;
};

/// Rows and classes against the manifest and the native pass; then the model that was reported,
/// evaluated natively on the same rows: its loss and accuracies are those that were claimed, and
/// its objective is the least that can be had (a native fit with tolerance 1e-6) if the fit says
/// that it converged; no fit by L-BFGS is worse than no coefficients. One by gradient descent is
/// held to what it claims. What says that it is another model (one-vs-rest, a binary one) is
/// flagged "another-model" and held to its accuracies alone. "unchecked" where the native engine
/// cannot tell.
const ResultChecker& logregChecker();

} // namespace spillway
