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

/// As the result event and `run --json` carry it: above EtlResult::inlineGroups as count and hash.
Json toJson(const EtlResult& result);
/// Protocol error for a field that is missing or of another type.
Result<EtlResult> etlResultFromJson(const Json& json);
/// Whether `result` is one that `workload` can have, whatever the data: the value columns as
/// planned, shapes, and every figure within its range. Protocol error that names the field and its
/// value. Of a result whose rows travel elsewhere, checkGroups() tells the rest.
Result<void> checkRanges(const EtlResult& result, const EtlWorkload& workload);
/// Whether `groups` are those of `result`: keys ascending by their bytes, each once; counts from 1
/// that sum up to the result's rows; a mean a value column.
Result<void> checkGroups(const std::vector<GroupMean>& groups, const EtlResult& result);

/// One line of scratch/groups.jsonl.
std::string groupLine(const EtlResult& result, const GroupMean& group);
Result<GroupMean> groupFromLine(std::string_view line, const std::vector<std::string>& values);

/// XXH64 with seed 0, 16 hexadecimal digits, over every group in order: key bytes, a zero byte, the
/// count and the bits of each mean, little endian. Equal for two engines only when results are
/// bit-identical.
std::string groupsHash(const std::vector<GroupMean>& groups);

} // namespace spillway
