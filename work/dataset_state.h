#pragma once

#include "base/json_fwd.h"
#include "data/open_dataset.h"

namespace spillway {

/// Whether the files of a dataset are still those recorded in the session.
enum class DatasetState {
    Checking,
    Unchanged,
    Touched, ///< same samples but a new modification time: the next run reads it whole
    Changed,
    Missing
};

/// What a session stores of an added dataset beside its schema: the manifest, if there is one, and
/// whether it is known to match the file.
Json factsToKeep(const OpenedDataset& opened);

/// State of a dataset that was just opened.
DatasetState stateOf(const OpenedDataset& opened);

/// State of a dataset stored in a session with these facts, from time stamps and samples: the file
/// is not read whole.
DatasetState stateNow(const Dataset& dataset, const Json& facts);

} // namespace spillway
