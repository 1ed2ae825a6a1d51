#pragma once

#include "workloads/etl/etl.h"

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
    /// At most this many groups are inline in the result event; more go through
    /// scratch/groups.jsonl.
    static constexpr std::size_t inlineGroups = 1000;

    std::vector<std::string> values; ///< names of the value columns, the order of `means`
    std::vector<GroupMean> groups;   ///< sorted by key's bytes; empty when only the hash is known
    std::int64_t groupsCount = 0;
    std::string groupsHash; ///< groupsHash() of the rows
    std::int64_t rows = 0;
    std::vector<std::int64_t> missing; ///< per value column; empty: the engine cannot tell

    bool operator==(const EtlResult&) const = default;
};

/// As in the result event and `run --json`: above EtlResult::inlineGroups as count and hash.
Json toJson(const EtlResult& result);
/// Protocol error for a field that is missing or of another type.
Result<EtlResult> etlResultFromJson(const Json& json);
/// Whether `result` is possible for `workload` with any data: the value columns as planned, shapes,
/// and every value within its range. Protocol error that names the field and its value. If the rows
/// are not inline, checkGroups() checks the rest.
Result<void> checkRanges(const EtlResult& result, const EtlWorkload& workload);
/// Whether `groups` match `result`: keys unique and ascending by their bytes; counts from 1 that
/// add up to the result's rows; one mean per value column.
Result<void> checkGroups(const std::vector<GroupMean>& groups, const EtlResult& result);

/// One line of scratch/groups.jsonl.
std::string groupLine(const EtlResult& result, const GroupMean& group);
Result<GroupMean> groupFromLine(std::string_view line, const std::vector<std::string>& values);

/// XXH64 with seed 0, 16 hexadecimal digits, over every group in order: key bytes, a zero byte, the
/// count and the bits of each mean, little endian. Equal for two engines only when results are
/// bit-identical.
std::string groupsHash(const std::vector<GroupMean>& groups);

} // namespace spillway
