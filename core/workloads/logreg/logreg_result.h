#pragma once

#include "workloads/logreg/logreg.h"
#include "workloads/result_form.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

struct LogregResult {
    std::vector<std::string> classes; ///< sorted by bytes
    std::vector<std::vector<double>>
        coefficients;                ///< classes × features (K = 2: one row, classes[1])
    std::vector<double> intercepts;  ///< K, summing to 0 (K = 2: one)
    std::vector<double> lossHistory; ///< training loss after each iteration
    double loss = 0;                 ///< mean negative log-likelihood on the training rows
    double objective = 0;            ///< loss + (λ/2)·‖W‖², W as fitted
    std::optional<double> testLoss;
    double trainAccuracy = 0;
    std::optional<double> testAccuracy;
    double majorityAccuracy = 0; ///< of always predicting the training rows' majority class, on the
                                 ///< rows that `accuracy` is measured on
    int iterations = 0;
    int dataPasses = 0; ///< passes over all training rows, including line searches
    bool converged = false;
    std::int64_t rows = 0; ///< used, train and test
    std::int64_t trainRows = 0;
    std::int64_t droppedRows = 0; ///< with a missing feature or label
    /// What it is where it is not the multinomial model of docs/workloads.md: "one-vs-rest".
    std::string model;
    std::vector<std::string> warnings;

    /// The accuracy shown in tables: test accuracy when there is a split, else training accuracy.
    double accuracy() const { return testAccuracy.value_or(trainAccuracy); }
    bool operator==(const LogregResult&) const = default;
    /// The measures accuracy and majority_accuracy, and the whole in `detail`.
    operator RunResult() const;
    /// Reads a result of this kind; what another one has not is at its default.
    static LogregResult of(const RunResult& result);
};

/// Its JSON (docs/protocol.md, version 1).
const ResultForm& logregForm();

} // namespace spillway
