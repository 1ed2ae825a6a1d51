#include "experiment/dataset_watch.h"

#include "data/fingerprint.h"

#include <fmt/format.h>

namespace spillway {
namespace {

Result<std::vector<FileStamp>> stampsOf(const Dataset& dataset)
{
    std::vector<FileStamp> stamps;
    for (const auto& path : dataset.paths) {
        const auto stamp = stampOf(path);
        if (!stamp) return stamp.error();
        stamps.push_back(*stamp);
    }
    return stamps;
}

} // namespace

Result<DatasetWatch> DatasetWatch::take(const Dataset& dataset)
{
    DatasetWatch watch(dataset);
    if (auto checked = watch.check(); !checked) return checked.error();
    return watch;
}

Result<void> DatasetWatch::check()
{
    auto stamps = stampsOf(dataset_);
    if (!stamps) return stamps.error();
    if (*stamps == stamps_) return {};
    const auto fingerprint = sampledFingerprint(dataset_.paths);
    if (!fingerprint) return fingerprint.error();
    if (!dataset_.fingerprint.starts_with(*fingerprint))
        return unreadable(
            fmt::format("The data of \"{}\" have changed since it was planned.", dataset_.name),
            "Open the dataset again and plan anew.");
    stamps_ = std::move(*stamps);
    return {};
}

} // namespace spillway
