#pragma once

#include "workloads/workload.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Group-by mean: count and mean of each value column for every group (docs/workloads.md).
struct EtlWorkload {
    static constexpr std::string_view kind = "etl";
    enum class Materialise {
        Streamed, ///< scan and aggregate at once; memory stays flat, nothing ever spills
        Loaded    ///< parse all needed columns into partitions first, then aggregate
    };

    std::string groupBy;
    std::vector<std::string> values;
    Materialise materialise = Materialise::Streamed;

    bool operator==(const EtlWorkload&) const = default;
    operator Workload() const;
    /// Reads a workload of this kind. Missing columns and parameters are left open or at their
    /// defaults.
    static EtlWorkload of(const Workload& workload);
};

/// The group-by mean that reads what `workload` of any kind reads: its one-column role as text, all
/// other columns as numbers. It counts every row.
EtlWorkload readingPass(const Workload& workload);

} // namespace spillway
