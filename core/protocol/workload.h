#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spillway {

/// Group-by mean: count and mean of each value column for every group.
struct EtlWorkload {
    enum class Materialise {
        Streamed, ///< scan and aggregate at once; memory stays flat, nothing ever spills
        Loaded    ///< parse all needed columns into partitions first, then aggregate
    };

    std::string groupBy;
    std::vector<std::string> values;
    Materialise materialise = Materialise::Streamed;

    bool operator==(const EtlWorkload&) const = default;
};

/// Multinomial logistic regression; definitions in docs/workloads.md.
struct LogregWorkload {
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
};

using Workload = std::variant<EtlWorkload, LogregWorkload>;

/// "etl" or "logreg", as the command line and records name it.
std::string_view kindName(const Workload& workload);
/// The columns a workload reads: key or label first.
std::vector<std::string> columnsOf(const Workload& workload);
/// What is wrong with it in words.
Result<void> validate(const Workload& workload);

/// `--param NAME=VALUE`: materialise, solver, max-iterations, tolerance, c, standardise,
/// test-fraction. InvalidArgument with the names and ranges that are allowed.
Result<void> setParameter(Workload& workload, std::string_view name, std::string_view value);

std::string_view name(EtlWorkload::Materialise value);
std::string_view name(LogregWorkload::Solver value);

Json toJson(const Workload& workload);
Result<Workload> workloadFromJson(const Json& json);

} // namespace spillway
