#include "generator/tally.h"

#include "generator/names.h"
#include "generator/number.h"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::int64_t maxGroups = 100'000;
constexpr std::int64_t maxSums = 1'000'000;

} // namespace

double ExactSum::value() const
{
    return static_cast<double>(decimal::Wide{high} << 64 | low) * 0x1p-53;
}

void RowTally::add(const RowTally& other)
{
    for (std::size_t i = 0; i < counts.size(); ++i)
        counts[i] += other.counts[i];
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i].add(other.sums[i]);
    hits += other.hits;
}

bool keepsGroups(const GeneratorSpec& spec)
{
    return spec.categories <= maxGroups && spec.categories * spec.features <= maxSums;
}

RowTally emptyTally(const GeneratorSpec& spec)
{
    if (!keepsGroups(spec)) return {};
    const auto categories = static_cast<std::size_t>(spec.categories);
    return {.counts = std::vector<std::int64_t>(categories),
            .sums = std::vector<ExactSum>(categories * static_cast<std::size_t>(spec.features)),
            .hits = 0};
}

std::vector<GroupTruth> groupTruths(const RowTally& tally, int features)
{
    const auto width = static_cast<std::size_t>(features);
    std::vector<GroupTruth> groups;
    for (std::size_t category = 0; category < tally.counts.size(); ++category) {
        if (tally.counts[category] == 0) continue;
        GroupTruth group{.key = categoryName(static_cast<std::int64_t>(category)),
                         .count = tally.counts[category],
                         .sums = {}};
        for (std::size_t feature = 0; feature < width; ++feature)
            group.sums.push_back(tally.sums[category * width + feature].value());
        groups.push_back(std::move(group));
    }
    std::ranges::sort(groups, {}, &GroupTruth::key);
    return groups;
}

} // namespace spillway
