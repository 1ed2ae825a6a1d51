#include "workloads/logreg/native/labelled_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spillway {
namespace {

constexpr std::size_t mostClasses = 65536;

Error tooManyClasses(const std::string& label, std::size_t classes, std::int64_t rows)
{
    return invalidArgument(
        fmt::format("The label column \"{}\" has {} classes in {} training rows.", label,
                    formatCount(static_cast<std::int64_t>(classes)), formatCount(rows)),
        "A class needs several rows, and at most 65,536 classes are supported: is the column an "
        "identifier?");
}

Result<void> check(const LogregWorkload& workload, const LabelledData& data)
{
    if (data.trainRows + data.testRows == 0)
        return invalidArgument(fmt::format("No row is left to learn from ({} dropped because a "
                                           "feature or the label is missing).",
                                           formatCount(data.droppedRows)),
                               "Choose columns that have values in the same rows.");
    if (data.classes.size() == 1)
        return invalidArgument(fmt::format("The label column \"{}\" has one class only: \"{}\".",
                                           workload.label, data.classes.front()),
                               "Choose a column that tells rows apart.");
    if (data.trainRows == 0)
        return invalidArgument("The split leaves no row to train on.",
                               "Choose a smaller test fraction.");
    if (static_cast<std::int64_t>(data.classes.size()) > data.trainRows)
        return tooManyClasses(workload.label, data.classes.size(), data.trainRows);
    return {};
}

} // namespace

Result<void> LabelledTally::add(const KeyTable& labels, const LabelledFacts& block)
{
    if (block.infinite)
        return invalidArgument(
            fmt::format("The feature \"{}\" has an infinite value in row {} of the data.",
                        workload_.features[block.infinite->feature],
                        formatCount(rows_ + static_cast<std::int64_t>(block.infinite->row) + 1)),
            "Choose other features, or mark such values as missing (NA).");
    countLabels(labels, block);
    if (labels_.size() > mostClasses)
        return tooManyClasses(
            workload_.label, labels_.size(),
            std::accumulate(trainCounts_.begin(), trainCounts_.end(), std::int64_t{0}));
    for (std::size_t j = 0; j < block.moments.size(); ++j)
        moments_[j] = combined(moments_[j], block.moments[j]);
    dropped_ += block.dropped;
    rows_ += block.dropped;
    for (const auto* counts : {&block.trainCounts, &block.testCounts})
        rows_ = std::accumulate(counts->begin(), counts->end(), rows_);
    if (!enoughDistinct()) distinct_.insert(block.distinct.begin(), block.distinct.end());
    return {};
}

/// Labels of dropped rows are no classes.
void LabelledTally::countLabels(const KeyTable& labels, const LabelledFacts& block)
{
    for (KeyTable::Id local = 0; local < block.trainCounts.size(); ++local) {
        if (block.trainCounts[local] + block.testCounts[local] == 0) continue;
        const KeyTable::Id label = labels_.idOf(labels.key(local));
        trainCounts_.resize(labels_.size());
        testCounts_.resize(labels_.size());
        trainCounts_[label] += block.trainCounts[local];
        testCounts_[label] += block.testCounts[local];
    }
}

LabelledData LabelledTally::sorted() const
{
    std::vector<KeyTable::Id> order(labels_.size());
    std::iota(order.begin(), order.end(), KeyTable::Id{0});
    std::ranges::sort(order, {}, [&](auto id) { return labels_.key(id); });
    LabelledData data;
    for (const KeyTable::Id id : order) {
        data.classes.emplace_back(labels_.key(id));
        data.trainCounts.push_back(trainCounts_[id]);
        data.testCounts.push_back(testCounts_[id]);
        data.trainRows += trainCounts_[id];
        data.testRows += testCounts_[id];
    }
    data.moments = moments_;
    data.droppedRows = dropped_;
    data.fewDistinctRows = !enoughDistinct();
    return data;
}

Result<LabelledData> LabelledTally::finish() const
{
    LabelledData data = sorted();
    if (auto ok = check(workload_, data); !ok) return ok.error();
    return data;
}

Result<void> checkLabel(const LogregWorkload& workload)
{
    if (std::ranges::find(workload.features, workload.label) == workload.features.end()) return {};
    return invalidArgument(
        fmt::format("The label column \"{}\" is also a feature.", workload.label),
        "Leave it out of the features.");
}

std::vector<KeyTable::Id> FittedForm::classLabels(const KeyTable& labels) const
{
    std::vector<KeyTable::Id> ids(classes.size(), noLabel);
    for (KeyTable::Id id = 0; id < labels.size(); ++id) {
        const auto found = std::ranges::lower_bound(classes, labels.key(id));
        if (found != classes.end() && *found == labels.key(id))
            ids[static_cast<std::size_t>(found - classes.begin())] = id;
    }
    return ids;
}

FittedForm fittedForm(const LogregWorkload& workload, const LabelledData& data)
{
    FittedForm form{.classes = data.classes, .scales = {}};
    if (!workload.standardise) return form;
    for (const Moments& feature : data.moments)
        form.scales.push_back(
            {.mean = feature.mean, .inverse = feature.constant() ? 0 : 1 / featureScale(feature)});
    return form;
}

double featureScale(const Moments& moments)
{
    return moments.constant() ? 1 : std::sqrt(moments.variance());
}

} // namespace spillway
