#pragma once

#include "data/dataset.h"
#include "data/file_stamp.h"

#include <vector>

namespace spillway {

/// Notices that a dataset is no longer the one that was planned, so that figures of different data
/// never share a fingerprint. Cheap enough for before and after every run: the content is sampled
/// again only when a file's size, time or identity has changed.
class DatasetWatch {
public:
    /// DataUnreadable when a file is missing, or its content is not what the fingerprint says.
    static Result<DatasetWatch> take(const Dataset& dataset);
    /// DataUnreadable with what changed.
    Result<void> check();

private:
    explicit DatasetWatch(Dataset dataset) : dataset_(std::move(dataset)) {}

    Dataset dataset_;
    std::vector<FileStamp> stamps_;
};

} // namespace spillway
