#pragma once

#include "workloads/etl/etl.h"
#include "workloads/result_form.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// One group of an ETL result.
struct GroupMean {
    std::string key;
    std::int64_t count = 0; ///< rows of the group, including those with missing values
    std::vector<double>
        means; ///< one per value column, over present values; NaN when there are none
    /// Mean of |x| of each value column, which bounds the rounding error of a mean; empty if not
    /// requested (docs/protocol.md). Not part of the hash.
    std::vector<double> magnitudes{};

    bool operator==(const GroupMean&) const = default;
};

struct EtlResult {
    std::vector<std::string> values; ///< names of the value columns, the order of `means`
    std::vector<GroupMean> groups;   ///< sorted by key's bytes; empty when only the hash is known
    std::int64_t groupsCount = 0;
    std::string groupsHash; ///< groupsHash() of the rows
    std::int64_t rows = 0;
    std::vector<std::int64_t> missing; ///< per value column; empty: the engine cannot tell

    bool operator==(const EtlResult&) const = default;
    /// With its groups as tableOf() them.
    operator RunResult() const;
    /// Reads a result of this kind; what another one has not is empty. Groups that travel beside it
    /// are not in it.
    static EtlResult of(const RunResult& result);
};

/// A table of groups without a row: key, count, mean(x) of each value column, then, where they are
/// told, mean_abs(x) of each.
ResultTable groupColumns(const std::vector<std::string>& values, bool withMagnitudes);
ResultTable tableOf(const std::vector<GroupMean>& groups, const std::vector<std::string>& values);
/// The way back; empty for a table of another form.
std::vector<GroupMean> groupsOf(const ResultTable& table);
/// A result of these groups, sorted by key's bytes; `missing` as EtlResult has it.
RunResult etlRunResult(ResultTable groups, std::int64_t rows,
                       const std::vector<std::int64_t>& missing);

/// Its JSON (docs/protocol.md, version 1): above RunResult::inlineRows groups their count and hash,
/// and the groups in groups.jsonl.
const ResultForm& etlForm();

/// XXH64 with seed 0, 16 hexadecimal digits, over every group in order: key bytes, a zero byte, the
/// count and the bits of each mean, little endian. Equal for two engines only when results are
/// bit-identical.
std::string groupsHash(const std::vector<GroupMean>& groups);

} // namespace spillway
