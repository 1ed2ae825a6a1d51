#include "experiment/result_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

constexpr double relativeTolerance = 1e-9;
/// Means whose true value is 0 (standardised columns) differ by rounding alone; the sums behind
/// them are only as exact as the values, which are of the order of 1.
constexpr double absoluteTolerance = 1e-16;

Error wrong(std::string message)
{
    return {.code = ErrorCode::EngineFailed,
            .message = std::move(message),
            .phase = "check",
            .remedy = {}};
}

bool agree(double mean, double expected)
{
    if (std::isnan(mean) || std::isnan(expected)) return std::isnan(mean) && std::isnan(expected);
    if (mean == expected) return true;
    if (std::isinf(mean) || std::isinf(expected)) return false;
    const double larger = std::max(std::abs(mean), std::abs(expected));
    return std::abs(mean - expected) <= std::max(absoluteTolerance, relativeTolerance * larger);
}

/// Both with the fewest digits, at least three, that tell them apart.
std::string difference(double mean, double expected)
{
    for (int digits = 3; digits < 17; ++digits) {
        auto a = fmt::format("{:#.{}g}", mean, digits);
        auto b = fmt::format("{:#.{}g}", expected, digits);
        if (a != b) return fmt::format("{}, expected {}", a, b);
    }
    return fmt::format("{:.17g}, expected {:.17g}", mean, expected);
}

/// A key as a message shows it.
std::string shown(const std::string& key)
{
    constexpr std::size_t longest = 40;
    return key.size() <= longest ? key : key.substr(0, longest) + "…";
}

/// For each value column of `result` its position in `reference`.
Result<std::vector<std::size_t>> columnsIn(const EtlResult& result, const EtlResult& reference)
{
    std::vector<std::size_t> positions;
    for (const auto& value : result.values) {
        const auto found = std::ranges::find(reference.values, value);
        if (found == reference.values.end())
            return wrong(fmt::format("a mean of {} that nobody asked for", shown(value)));
        positions.push_back(static_cast<std::size_t>(found - reference.values.begin()));
    }
    return positions;
}

std::optional<Error> disagreement(const GroupMean& group, const GroupMean& expected,
                                  const EtlResult& result, const std::vector<std::size_t>& columns)
{
    if (group.count != expected.count)
        return wrong(fmt::format("group {} has {} rows, expected {}", shown(group.key),
                                 formatCount(group.count), formatCount(expected.count)));
    if (group.means.size() != columns.size())
        return wrong(fmt::format("group {} has {} means, expected {}", shown(group.key),
                                 group.means.size(), columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const double truth = columns[i] < expected.means.size()
                                 ? expected.means[columns[i]]
                                 : std::numeric_limits<double>::quiet_NaN();
        if (!agree(group.means[i], truth))
            return wrong(fmt::format("group {} mean of {} {}", shown(group.key),
                                     shown(result.values[i]), difference(group.means[i], truth)));
    }
    return std::nullopt;
}

/// Groups by key's bytes; a view when they are so already.
std::vector<const GroupMean*> sorted(const std::vector<GroupMean>& groups)
{
    std::vector<const GroupMean*> view;
    view.reserve(groups.size());
    for (const auto& group : groups)
        view.push_back(&group);
    const auto byKey = [](const GroupMean* a, const GroupMean* b) { return a->key < b->key; };
    if (!std::ranges::is_sorted(view, byKey)) std::ranges::sort(view, byKey);
    return view;
}

} // namespace

std::optional<ReferenceResult> referenceFromManifest(const DatasetManifest& manifest,
                                                     const EtlWorkload& workload)
{
    if (manifest.groups.empty() || workload.groupBy != manifest.label) return std::nullopt;
    ReferenceResult reference{"manifest", {}};
    std::vector<std::size_t> positions;
    for (const auto& value : workload.values) {
        const auto found = std::ranges::find(manifest.features, value);
        if (found == manifest.features.end()) return std::nullopt;
        positions.push_back(static_cast<std::size_t>(found - manifest.features.begin()));
    }
    EtlResult& etl = reference.etl;
    etl.values = workload.values;
    for (const auto& group : manifest.groups) {
        GroupMean mean{group.key, group.count, {}};
        for (const auto position : positions) {
            if (position >= group.sums.size()) return std::nullopt;
            mean.means.push_back(group.sums[position] / static_cast<double>(group.count));
        }
        etl.groups.push_back(std::move(mean));
    }
    etl.groupsCount = static_cast<std::int64_t>(etl.groups.size());
    etl.groupsHash = groupsHash(etl.groups);
    etl.rows = manifest.rows;
    etl.missing.assign(workload.values.size(), 0);
    return reference;
}

std::optional<Error> rowsDisagreement(const WorkloadResult& result, std::int64_t rows)
{
    const auto* fit = std::get_if<LogregResult>(&result);
    const std::int64_t read = fit ? fit->rows + fit->droppedRows : std::get<EtlResult>(result).rows;
    if (read == rows) return std::nullopt;
    return wrong(fmt::format("it read {} rows of a file of {}", formatCount(read),
                             formatCount(rows)));
}

std::optional<Error> disagreement(const EtlResult& result, const std::vector<GroupMean>& groups,
                                  const ReferenceResult& reference)
{
    const auto columns = columnsIn(result, reference.etl);
    if (!columns) return columns.error();
    const auto got = sorted(groups);
    const auto expected = sorted(reference.etl.groups);
    for (std::size_t i = 0; i < std::max(got.size(), expected.size()); ++i) {
        const bool extra =
            i >= expected.size() || (i < got.size() && got[i]->key < expected[i]->key);
        if (extra) return wrong(fmt::format("group {} does not exist", shown(got[i]->key)));
        if (i >= got.size() || expected[i]->key < got[i]->key)
            return wrong(fmt::format("group {} is missing", shown(expected[i]->key)));
        if (auto error = disagreement(*got[i], *expected[i], result, *columns)) return error;
    }
    return std::nullopt;
}

} // namespace spillway
