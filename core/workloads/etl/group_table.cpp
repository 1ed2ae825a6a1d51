#include "workloads/etl/group_table.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace spillway {
namespace {

constexpr std::string_view meanOf = "mean(";
constexpr std::string_view magnitudeOf = "mean_abs(";

/// x of "mean(x)".
std::string valueName(const ResultColumn& column, std::string_view function)
{
    return column.name.substr(function.size(), column.name.size() - function.size() - 1);
}

bool isColumnOf(const ResultColumn& column, std::string_view function)
{
    return column.name.starts_with(function) && column.name.ends_with(')') &&
           std::holds_alternative<std::vector<double>>(column.values);
}

} // namespace

GroupColumns::GroupColumns(const ResultTable& table)
{
    if (table.columns.size() < groupKeyColumns) return;
    keys = std::get_if<std::vector<std::string>>(&table.columns[0].values);
    counts = std::get_if<std::vector<std::int64_t>>(&table.columns[1].values);
    if (!counts) keys = nullptr;
    for (std::size_t i = groupKeyColumns; i < table.columns.size() && keys; ++i) {
        const ResultColumn& column = table.columns[i];
        if (isColumnOf(column, meanOf)) {
            values.push_back(valueName(column, meanOf));
            means.push_back(&std::get<std::vector<double>>(column.values));
        } else if (isColumnOf(column, magnitudeOf)) {
            magnitudes.push_back(&std::get<std::vector<double>>(column.values));
        } else {
            keys = nullptr;
        }
    }
    if (!magnitudes.empty() && magnitudes.size() != means.size()) keys = nullptr;
}

GroupMean GroupColumns::group(std::size_t row) const
{
    GroupMean mean{.key = (*keys)[row], .count = (*counts)[row], .means = {}};
    for (const auto* column : means)
        mean.means.push_back((*column)[row]);
    for (const auto* column : magnitudes)
        mean.magnitudes.push_back((*column)[row]);
    return mean;
}

ResultTable groupColumns(const std::vector<std::string>& values, bool withMagnitudes)
{
    ResultTable table;
    table.columns.push_back({"key", std::vector<std::string>()});
    table.columns.push_back({"count", std::vector<std::int64_t>()});
    for (const auto& value : values)
        table.columns.push_back({fmt::format("{}{})", meanOf, value), std::vector<double>()});
    for (std::size_t i = 0; withMagnitudes && i < values.size(); ++i)
        table.columns.push_back(
            {fmt::format("{}{})", magnitudeOf, values[i]), std::vector<double>()});
    return table;
}

void appendGroup(ResultTable& table, GroupMean group)
{
    std::get<std::vector<std::string>>(table.columns[0].values).push_back(std::move(group.key));
    std::get<std::vector<std::int64_t>>(table.columns[1].values).push_back(group.count);
    std::size_t column = groupKeyColumns;
    for (const auto* figures : {&group.means, &group.magnitudes})
        for (const double figure : *figures)
            std::get<std::vector<double>>(table.columns[column++].values).push_back(figure);
}

ResultTable tableOf(const std::vector<GroupMean>& groups, const std::vector<std::string>& values)
{
    ResultTable table = groupColumns(values, !groups.empty() && !groups.front().magnitudes.empty());
    for (const GroupMean& group : groups)
        appendGroup(table, group);
    return table;
}

std::vector<GroupMean> groupsOf(const ResultTable& table)
{
    const GroupColumns columns(table);
    std::vector<GroupMean> groups;
    for (std::size_t row = 0; columns.keys && row < table.rows(); ++row)
        groups.push_back(columns.group(row));
    return groups;
}

} // namespace spillway
