#include "native/blocks/scan_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace spillway {
namespace {

Error noSuchColumn(const Schema& schema, const std::string& name)
{
    std::vector<std::string_view> names;
    for (const Column& column : schema.columns)
        names.push_back(column.name);
    constexpr std::size_t shown = 20;
    const bool all = names.size() <= shown;
    if (!all) names.resize(shown);
    return invalidArgument(
        fmt::format("The dataset has no column \"{}\".", name),
        fmt::format("Its columns are {}{}.", fmt::join(names, ", "), all ? "" : ", …"));
}

} // namespace

Result<ScanPlan> planScan(const Dataset& dataset, int workers, Bytes partitionBytes, Bytes block)
{
    auto blocks = planBlocks(dataset, block);
    if (!blocks) return blocks.error();
    ScanPlan plan{.blocks = std::move(*blocks), .partitions = {}};
    plan.partitions = planPartitions(plan.blocks, workers, partitionBytes);
    for (const Block& each : plan.blocks)
        plan.bytes += each.end - each.begin;
    return plan;
}

Result<ColumnSelection> selectColumns(const Schema& schema, const std::string& text,
                                      const std::vector<std::string>& numeric)
{
    ColumnSelection selection;
    selection.text = schema.find(text);
    if (!selection.text) return noSuchColumn(schema, text);
    std::set<std::string> seen;
    for (const std::string& name : numeric) {
        const auto position = schema.find(name);
        if (!position) return noSuchColumn(schema, name);
        if (!seen.insert(name).second)
            return invalidArgument(fmt::format("The column \"{}\" is requested twice.", name),
                                   "Name each column once.");
        selection.numeric.push_back(*position);
    }
    return selection;
}

} // namespace spillway
