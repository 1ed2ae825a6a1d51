#include "experiment/dataset_watch.h"

#include "base/json.h"
#include "data/dataset_manifest_standing.h"
#include "data/fingerprint.h"
#include "experiment/reference_book.h"

#include <fmt/format.h>

#include <algorithm>

namespace spillway {
namespace {

Error changed(const Dataset& dataset)
{
    return unreadable(
        fmt::format("The data of \"{}\" have changed since it was planned.", dataset.name),
        "Open the dataset again and make a new plan.");
}

/// Of all bytes, from files that had the stamp `stamp` before and after.
Result<FullFingerprint> fullOf(const Dataset& dataset, const std::string& stamp,
                               const WatchOptions& options)
{
    auto full = fullFingerprint(dataset.paths, options.stop, options.progress);
    if (!full) return full;
    const auto after = stampsFingerprint(dataset.paths);
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
    if (auto judged = watch.judgeManifest(options); !judged) return judged.error();
    if (auto kept = keepIdentity(store, watch.identity_); !kept) return kept.error();
    return watch;
}

Result<void> DatasetWatch::identify(const WatchOptions& options)
{
    const auto facts = store_->datasetFacts(dataset_.fingerprint);
    const std::string expected = facts ? sampledFingerprintOf(*facts, dataset_.fingerprint)
                                       : sampledFingerprintOf({}, dataset_.fingerprint);
    const std::string mark = readingMarkOf(dataset_.fingerprint);
    const auto stamp = stampsFingerprint(dataset_.paths);
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

/// Adds the dataset with the manifest beside it, or the session's, and whether that applies: a
/// manifest is trusted only for exactly the bytes that it was written for.
Result<void> DatasetWatch::judgeManifest(const WatchOptions& options)
{
    auto facts = store_->datasetFacts(dataset_.fingerprint);
    if (!facts && facts.error().code != ErrorCode::NotFound) return facts.error();
    if (!facts) facts = Json::object(); // new to the session
    const bool known = identityIn(*facts, dataset_.fingerprint).has_value();
    if (const Json beside = manifestFacts(dataset_); !beside.empty()) facts->update(beside);
    const auto manifest = datasetManifestFromJson(*facts);
    if (!manifest || dataset_.paths.size() != 1) return store_->addDataset(dataset_, *facts);
    if (identity_.content.empty() && !manifest->contentHash.empty()) {
        const auto stamp = stampsFingerprint(dataset_.paths);
        if (!stamp) return stamp.error();
        const auto full = fullOf(dataset_, *stamp, options);
        if (!full) return full.error();
        identity_.content = full->content;
    }
    // For a manifest without a hash a session keeps the first finding.
    const bool kept = known && manifest->contentHash.empty() && manifestHolds(*facts);
    standing_ = kept ? ManifestStanding::Holds
                     : provenStanding(*manifest, dataset_.paths.front(), identity_.sampled,
                                      identity_.content);
    const bool holds = standing_ == ManifestStanding::Holds;
    const bool asGuessed = readingMarkOf(dataset_.fingerprint).empty();
    (*facts)[manifestHoldsField] = holds && asGuessed;
    dataset_.rows = holds && asGuessed ? std::optional(manifest->rows) : std::nullopt;
    return store_->addDataset(dataset_, *facts);
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
    DatasetIdentity identity{sampled + mark, sampled, full->fingerprint, full->content, {}};
    const auto same = std::ranges::find(known, full->fingerprint, &DatasetIdentity::full);
    if (same != known.end()) {
        identity = *same;
        identity.content = full->content;
    } else if (!known.empty()) {
        identity.fingerprint = full->fingerprint + mark;
    }
    identity.add(stamp);
    return identity;
}

Result<void> DatasetWatch::check(const WatchOptions& options)
{
    const auto stamp = stampsFingerprint(dataset_.paths);
    if (!stamp) return stamp.error();
    if (identity_.has(*stamp)) return {};
    const auto samples = sampledFingerprint(dataset_.paths);
    if (!samples) return samples.error();
    if (*samples != identity_.sampled) return changed(dataset_);
    const auto full = fullOf(dataset_, *stamp, options);
    if (!full) return full.error();
    if (full->fingerprint != identity_.full) return changed(dataset_);
    identity_.add(*stamp);
    return keepIdentity(*store_, identity_);
}

} // namespace spillway
