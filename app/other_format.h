#pragma once

#include "data/dataset.h"
#include "host/engine_registry.h"

#include <stop_token>
#include <string>
#include <vector>

namespace spillway {

/// "csv,parquet" as formats, in their order and each once. InvalidArgument.
Result<std::vector<FileFormat>> formatsFrom(const std::string& text);

/// The dataset in another format: a copy below `datasets/formats` in the data directory, made once
/// for files as they are now, and called like the dataset, which is its origin. A dataset that has
/// the format already is itself. The errors of convertTable() and openDataset().
Result<Dataset> inFormat(const EngineRegistry& registry, const Dataset& dataset, FileFormat format,
                         std::stop_token stop);

} // namespace spillway
