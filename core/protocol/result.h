#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace spillway {

/// One group of an ETL result.
struct GroupMean {
    std::string key;
    std::int64_t count = 0;    ///< rows of the group, those with missing values too
    std::vector<double> means; ///< one a value column, over present values; NaN when there are none
    /// Mean of |x| of each value column, which bounds what rounding can do to a mean; empty where
    /// it was not asked for (docs/protocol.md). No part of the hash.
    std::vector<double> magnitudes{};

    bool operator==(const GroupMean&) const = default;
};

struct EtlResult {
    /// At most this many groups travel in the result event; more go through scratch/groups.jsonl.
    static constexpr std::size_t inlineGroups = 1000;

    std::vector<std::string> values; ///< names of the value columns, the order of `means`
    std::vector<GroupMean> groups;   ///< sorted by key's bytes; empty when only the hash is known
    std::int64_t groupsCount = 0;
    std::string groupsHash; ///< groupsHash() of the rows
    std::int64_t rows = 0;
    std::vector<std::int64_t> missing; ///< per value column; empty: the engine cannot tell

    bool operator==(const EtlResult&) const = default;
};

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
    double majorityAccuracy = 0; ///< of always guessing the training rows' largest class, on the
                                 ///< rows that `accuracy` is measured on
    int iterations = 0;
    int dataPasses = 0; ///< passes over all training rows, line searches included
    bool converged = false;
    std::int64_t rows = 0; ///< used, train and test
    std::int64_t trainRows = 0;
    std::int64_t droppedRows = 0; ///< with a missing feature or label
    std::vector<std::string> warnings;

    /// The one figure a table shows: test accuracy when there is a split, else training accuracy.
    double accuracy() const { return testAccuracy.value_or(trainAccuracy); }
    bool operator==(const LogregResult&) const = default;
};

using WorkloadResult = std::variant<EtlResult, LogregResult>;

/// The measures of its kind (workloads/workload_type.h) by name, with "majority_accuracy" beside
/// "accuracy".
std::map<std::string, double> measuresOf(const WorkloadResult& result);
/// What it says of itself: rows that were left out, a constant feature.
std::vector<std::string> warningsOf(const WorkloadResult& result);

/// As `run --json` and the result event carry it: ETL above EtlResult::inlineGroups as count and
/// hash.
Json toJson(const WorkloadResult& result);
/// Protocol error for a field that is missing or of another type. Whether the figures are possible
/// is told by checkRanges() (result_ranges.h).
Result<WorkloadResult> resultFromJson(const Json& json);

/// One line of scratch/groups.jsonl.
std::string groupLine(const EtlResult& result, const GroupMean& group);
Result<GroupMean> groupFromLine(std::string_view line, const std::vector<std::string>& values);

/// XXH64 with seed 0, 16 hexadecimal digits, over every group in order: key bytes, a zero byte, the
/// count and the bits of each mean, little endian. Equal for two engines only when results are
/// bit-identical.
std::string groupsHash(const std::vector<GroupMean>& groups);

} // namespace spillway
