#include "experiment/dataset_watch.h"

#include "data/fingerprint.h"
#include "experiment/reference_book.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

Result<std::string> stampNow(const Dataset& dataset)
{
    std::vector<FileStamp> stamps;
    for (const auto& path : dataset.paths) {
        const auto stamp = stampOf(path);
        if (!stamp) return stamp.error();
        stamps.push_back(*stamp);
    }
    return stampFingerprint(stamps);
}

Error changed(const Dataset& dataset)
{
    return unreadable(
        fmt::format("The data of \"{}\" have changed since it was planned.", dataset.name),
        "Open the dataset again and plan anew.");
}

/// Of all bytes, from files that had the stamp `stamp` before and after.
Result<std::string> fullOf(const Dataset& dataset, const std::string& stamp,
                           const WatchOptions& options)
{
    auto full = fullFingerprint(dataset.paths, options.stop, options.progress);
    if (!full) return full;
    const auto after = stampNow(dataset);
    if (!after) return after.error();
    if (*after != stamp)
        return unreadable(
            fmt::format("The data of \"{}\" changed while they were read.", dataset.name),
            "Run again when nothing writes to them.");
    return full;
}

} // namespace

Result<DatasetWatch> DatasetWatch::take(const Dataset& dataset, SessionStore& store,
                                        const WatchOptions& options)
{
    DatasetWatch watch(dataset, store);
    if (auto identified = watch.identify(options); !identified) return identified.error();
    watch.dataset_.fingerprint = watch.identity_.fingerprint;
    if (auto added = store.addDataset(watch.dataset_, manifestFacts(watch.dataset_)); !added)
        return added.error();
    if (auto kept = keepIdentity(store, watch.identity_); !kept) return kept.error();
    return watch;
}

Result<void> DatasetWatch::identify(const WatchOptions& options)
{
    const auto facts = store_->datasetFacts(dataset_.fingerprint);
    const std::string expected = facts ? sampledFingerprintOf(*facts, dataset_.fingerprint)
                                       : sampledFingerprintOf({}, dataset_.fingerprint);
    const std::string mark = readingMarkOf(dataset_.fingerprint);
    const auto stamp = stampNow(dataset_);
    if (!stamp) return stamp.error();
    const auto known = identitiesOf(*store_, expected, mark);
    if (!known) return known.error();
    const auto seen = std::ranges::find_if(
        *known, [&](const DatasetIdentity& identity) { return identity.has(*stamp); });
    if (seen != known->end()) {
        identity_ = *seen;
    } else {
        auto found = unseen(expected, *known, *stamp, options);
        if (!found) return found.error();
        identity_ = std::move(*found);
    }
    // A dataset that was planned as the one with these samples may turn out to be another one.
    const bool other = identity_.fingerprint != dataset_.fingerprint;
    if (other && (options.continued || dataset_.fingerprint != expected + mark))
        return changed(dataset_);
    return {};
}

/// The identity of files with a stamp that the session has not seen.
Result<DatasetIdentity> DatasetWatch::unseen(const std::string& sampled,
                                             const std::vector<DatasetIdentity>& known,
                                             const std::string& stamp,
                                             const WatchOptions& options) const
{
    const auto samples = sampledFingerprint(dataset_.paths);
    if (!samples) return samples.error();
    if (*samples != sampled) return changed(dataset_);
    auto full = fullOf(dataset_, stamp, options);
    if (!full) return full.error();
    const std::string mark = readingMarkOf(dataset_.fingerprint);
    DatasetIdentity identity{sampled + mark, sampled, *full, {}};
    const auto same = std::ranges::find(known, *full, &DatasetIdentity::full);
    if (same != known.end())
        identity = *same;
    else if (!known.empty())
        identity.fingerprint = *full + mark;
    identity.add(stamp);
    return identity;
}

Result<void> DatasetWatch::check(const WatchOptions& options)
{
    const auto stamp = stampNow(dataset_);
    if (!stamp) return stamp.error();
    if (identity_.has(*stamp)) return {};
    const auto samples = sampledFingerprint(dataset_.paths);
    if (!samples) return samples.error();
    if (*samples != identity_.sampled) return changed(dataset_);
    const auto full = fullOf(dataset_, *stamp, options);
    if (!full) return full.error();
    if (*full != identity_.full) return changed(dataset_);
    identity_.add(*stamp);
    return keepIdentity(*store_, identity_);
}

} // namespace spillway
