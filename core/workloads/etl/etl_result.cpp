#include "workloads/etl/etl_result.h"

#include "base/json.h"
#include "workloads/etl/group_table.h"

namespace spillway {
namespace {

RunResult withFacts(ResultTable groups, const EtlResult& facts)
{
    return {.kind = std::string(EtlWorkload::kind),
            .rows = facts.rows,
            .measures = {},
            .facts = {{"Groups", formatCount(facts.groupsCount)},
                      {"Hash of the groups", facts.groupsHash}},
            .notes = {},
            .series = {},
            .checks = {},
            .files = {},
            .table = std::move(groups),
            .tableRows = facts.groupsCount,
            .tableHash = facts.groupsHash,
            .detail = toLine(Json{{"missing", facts.missing}})};
}

} // namespace

RunResult etlRunResult(ResultTable groups, std::int64_t rows,
                       const std::vector<std::int64_t>& missing)
{
    EtlResult facts;
    facts.groupsCount = static_cast<std::int64_t>(groups.rows());
    facts.groupsHash = rowsHash(groups, groupKeyColumns + missing.size());
    facts.rows = rows;
    facts.missing = missing;
    return withFacts(std::move(groups), facts);
}

EtlResult::operator RunResult() const
{
    return withFacts(tableOf(groups, values), *this);
}

EtlResult EtlResult::of(const RunResult& result)
{
    EtlResult etl;
    const GroupColumns columns(result.table);
    etl.values = columns.values;
    etl.groups = groupsOf(result.table);
    etl.groupsCount = result.tableRows;
    etl.groupsHash = result.tableHash;
    etl.rows = result.rows;
    if (const auto detail = parseJson(result.detail))
        etl.missing = fieldOr(*detail, "missing", std::vector<std::int64_t>());
    return etl;
}

std::string groupsHash(const std::vector<GroupMean>& groups)
{
    const std::size_t values = groups.empty() ? 0 : groups.front().means.size();
    return rowsHash(tableOf(groups, std::vector<std::string>(values)), groupKeyColumns + values);
}

} // namespace spillway
