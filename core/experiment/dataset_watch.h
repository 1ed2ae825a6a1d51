#pragma once

#include "base/progress.h"
#include "data/dataset_manifest_standing.h"
#include "experiment/dataset_identity.h"

#include <stop_token>

namespace spillway {

/// How a dataset is looked at.
struct WatchOptions {
    /// The plan goes on with what a session holds: other data are an error, no dataset of their
    /// own.
    bool continued = false;
    std::stop_token stop;
    ByteProgress progress; ///< of reading the whole data
};

/// Knows which data a plan measures, and notices when they are no longer those, so that runs on
/// different data never share a cell. Files with a stamp under which the session has seen them
/// before cost nothing; others are read whole once, since a fingerprint sees only samples. Data
/// with the samples of another dataset of the session but another content are a dataset of their
/// own: its fingerprint is that of all of their bytes.
class DatasetWatch {
public:
    /// Adds the dataset to the session, with what identifies it. DataUnreadable when a file is
    /// missing, changes while it is read, or is not what the dataset says; Cancelled.
    static Result<DatasetWatch> take(const Dataset& dataset, SessionStore& store,
                                     const WatchOptions& options);

    /// With the fingerprint under which the session keeps it, and the rows of its manifest if that
    /// holds.
    const Dataset& dataset() const { return dataset_; }
    /// True when the manifest beside the data is of other bytes: they were edited since. The
    /// session then says in their facts that it does not hold.
    bool manifestRefuted() const { return standing_ == ManifestStanding::Refuted; }
    /// Of every byte.
    const std::string& fullFingerprint() const { return identity_.full; }
    /// DataUnreadable with what changed. Cheap enough for before and after every run: only data
    /// with another stamp are read, whole.
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
