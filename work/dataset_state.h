#pragma once

#include "base/json_fwd.h"
#include "data/open_dataset.h"

namespace spillway {

/// Whether the files of a dataset are still those that the session knows.
enum class DatasetState {
    Checking,
    Unchanged,
    Touched, ///< same samples, a time that the session has not seen: the next run reads it whole
    Changed,
    Missing
};

/// What a session keeps of a dataset beside its schema when it is added: the manifest, if there is
/// one, and whether that is known to hold.
Json factsToKeep(const OpenedDataset& opened);

/// Of a dataset that was opened just now.
DatasetState stateOf(const OpenedDataset& opened);

/// Of one that a session keeps with these facts, by stamps and samples: no dataset is read whole.
DatasetState stateNow(const Dataset& dataset, const Json& facts);

} // namespace spillway
