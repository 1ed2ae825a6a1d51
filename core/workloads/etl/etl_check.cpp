#include "workloads/etl/etl_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace spillway {
namespace {

/// Of the mean of |x|: each of n additions rounds to 1.1e-16 of a partial sum that is at most the
/// sum of |x|, in an order that is the engine's own.
constexpr double meanTolerance = 1e-9;

/// `magnitude`: mean of |x|; NaN where it is not known.
bool agree(double mean, double expected, double magnitude)
{
    if (std::isnan(mean) || std::isnan(expected)) return std::isnan(mean) && std::isnan(expected);
    if (mean == expected) return true;
    if (std::isinf(mean) || std::isinf(expected)) return false;
    const double scale = std::isfinite(magnitude) ? magnitude : std::abs(expected);
    return std::abs(mean - expected) <= meanTolerance * scale;
}

/// Both with the fewest digits, at least three, that distinguish them.
std::string difference(double mean, double expected)
{
    for (int digits = 3; digits < 17; ++digits) {
        auto a = fmt::format("{:#.{}g}", mean, digits);
        auto b = fmt::format("{:#.{}g}", expected, digits);
        if (a != b) return fmt::format("{}, expected {}", a, b);
    }
    return fmt::format("{:.17g}, expected {:.17g}", mean, expected);
}

/// For each value column of `result` its position in `reference`.
Result<std::vector<std::size_t>> columnsIn(const EtlResult& result, const EtlResult& reference)
{
    std::vector<std::size_t> positions;
    for (const auto& value : result.values) {
        const auto found = std::ranges::find(reference.values, value);
        if (found == reference.values.end())
            return wrongResult(fmt::format("a mean of {} that nobody asked for", shownKey(value)));
        positions.push_back(static_cast<std::size_t>(found - reference.values.begin()));
    }
    return positions;
}

std::optional<Error> disagreement(const GroupMean& group, const GroupMean& expected,
                                  const EtlResult& result, const std::vector<std::size_t>& columns)
{
    if (group.count != expected.count)
        return wrongResult(fmt::format("group {} has {} rows, expected {}", shownKey(group.key),
                                       formatCount(group.count), formatCount(expected.count)));
    if (group.means.size() != columns.size())
        return wrongResult(fmt::format("group {} has {} means, expected {}", shownKey(group.key),
                                       group.means.size(), columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto of = [&](const std::vector<double>& figures) {
            return columns[i] < figures.size() ? figures[columns[i]]
                                               : std::numeric_limits<double>::quiet_NaN();
        };
        const double truth = of(expected.means);
        if (!agree(group.means[i], truth, of(expected.magnitudes)))
            return wrongResult(fmt::format("group {} mean of {} {}", shownKey(group.key),
                                           shownKey(result.values[i]),
                                           difference(group.means[i], truth)));
    }
    return std::nullopt;
}

/// Counts of missing values, where both know them.
std::optional<Error> missingDisagreement(const EtlResult& result, const EtlResult& reference,
                                         const std::vector<std::size_t>& columns)
{
    for (std::size_t i = 0; i < result.missing.size() && i < columns.size(); ++i) {
        if (columns[i] >= reference.missing.size()) return std::nullopt;
        const std::int64_t truth = reference.missing[columns[i]];
        if (result.missing[i] != truth)
            return wrongResult(fmt::format("{} missing values of {}, expected {}",
                                           formatCount(result.missing[i]),
                                           shownKey(result.values[i]), formatCount(truth)));
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

std::optional<Reference> referenceFromManifest(const DatasetManifest& manifest,
                                               const EtlWorkload& workload)
{
    if (manifest.groups.empty() || workload.groupBy != manifest.label) return std::nullopt;
    std::vector<std::size_t> positions;
    for (const auto& value : workload.values) {
        const auto found = std::ranges::find(manifest.features, value);
        if (found == manifest.features.end()) return std::nullopt;
        positions.push_back(static_cast<std::size_t>(found - manifest.features.begin()));
    }
    EtlResult etl;
    etl.values = workload.values;
    for (const auto& group : manifest.groups) {
        GroupMean mean{group.key, group.count, {}};
        for (const auto position : positions) {
            if (position >= group.sums.size()) return std::nullopt;
            mean.means.push_back(group.sums[position] / static_cast<double>(group.count));
        }
        mean.magnitudes = mean.means; // generated values are not negative
        etl.groups.push_back(std::move(mean));
    }
    etl.groupsCount = static_cast<std::int64_t>(etl.groups.size());
    etl.groupsHash = groupsHash(etl.groups);
    etl.rows = manifest.rows;
    etl.missing.assign(workload.values.size(), 0);
    return Reference{"manifest", etl};
}

std::optional<Error> disagreement(const EtlResult& result, const std::vector<GroupMean>& groups,
                                  const EtlResult& reference)
{
    const auto columns = columnsIn(result, reference);
    if (!columns) return columns.error();
    const auto got = sorted(groups);
    const auto expected = sorted(reference.groups);
    for (std::size_t i = 0; i < std::max(got.size(), expected.size()); ++i) {
        const bool extra =
            i >= expected.size() || (i < got.size() && got[i]->key < expected[i]->key);
        if (extra)
            return wrongResult(fmt::format("group {} does not exist", shownKey(got[i]->key)));
        if (i >= got.size() || expected[i]->key < got[i]->key)
            return wrongResult(fmt::format("group {} is missing", shownKey(expected[i]->key)));
        if (auto error = disagreement(*got[i], *expected[i], result, *columns)) return error;
    }
    return missingDisagreement(result, reference, *columns);
}

namespace {

class EtlChecker : public ResultChecker {
public:
    std::optional<Workload> pass(const Workload& workload) const override
    {
        return readingPass(workload);
    }
    CheckOutcome check(const CheckInput& input) const override
    {
        if (!input.reference) return {.wrong = {}, .flags = {"unchecked"}};
        auto wrong = disagreement(EtlResult::of(input.result), groupsOf(input.table),
                                  EtlResult::of(input.reference->result));
        if (!wrong) wrong = rowsDisagreement(input.result, input.reference->result.rows);
        return {.wrong = std::move(wrong), .flags = {}};
    }
};

} // namespace

const ResultChecker& etlChecker()
{
    static const EtlChecker checker;
    return checker;
}

} // namespace spillway
