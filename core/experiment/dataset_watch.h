#pragma once

#include "base/progress.h"
#include "data/dataset_manifest_standing.h"
#include "experiment/dataset_identity.h"

#include <stop_token>

namespace spillway {

/// How a dataset is checked.
struct WatchOptions {
    /// The plan continues one in the session: different data are an error, not a new dataset.
    bool continued = false;
    std::stop_token stop;
    ByteProgress progress; ///< progress of reading all data
};

/// Tracks the data that a plan measures and detects changes, so that runs on different data never
/// share a cell. Files with a stamp that the session has seen before cost nothing; others are read
/// whole once, since a fingerprint covers only samples. Data with the same samples as another
/// dataset of the session but different content are a separate dataset, whose fingerprint covers
/// all of their bytes.
class DatasetWatch {
public:
    /// Adds the dataset to the session, with what identifies it. DataUnreadable when a file is
    /// missing, changes while it is read, or is not what the dataset says; Cancelled.
    static Result<DatasetWatch> take(const Dataset& dataset, SessionStore& store,
                                     const WatchOptions& options);

    /// With the fingerprint under which the session keeps it, and the rows of its manifest if that
    /// holds.
    const Dataset& dataset() const { return dataset_; }
    /// True when the manifest beside the data belongs to other bytes: they were edited since. The
    /// session's facts then say that it does not apply.
    bool manifestRefuted() const { return standing_ == ManifestStanding::Refuted; }
    /// Of every byte.
    const std::string& fullFingerprint() const { return identity_.full; }
    /// DataUnreadable with what changed. Cheap enough to call before and after every run: only data
    /// with a new stamp are read, whole.
    Result<void> check(const WatchOptions& options);

private:
    DatasetWatch(Dataset dataset, SessionStore& store)
        : dataset_(std::move(dataset)), store_(&store)
    {
    }
    Result<void> identify(const WatchOptions& options);
    Result<void> judgeManifest(const WatchOptions& options);
    Result<DatasetIdentity> unseen(const std::string& sampled,
                                   const std::vector<DatasetIdentity>& known,
                                   const std::string& stamp, const WatchOptions& options) const;

    Dataset dataset_;
    DatasetIdentity identity_;
    std::optional<ManifestStanding> standing_;
    SessionStore* store_;
};

} // namespace spillway
