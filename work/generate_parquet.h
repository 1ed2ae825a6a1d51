#pragma once

#include "data/dataset_manifest.h"
#include "host/engine_registry.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace spillway {

struct GenerateOptions;

/// Whether a generated file of this name is to be Parquet.
bool isParquetName(const std::filesystem::path& output);

/// generate() to a Parquet file with its manifest `output`.json, through CSV beside it, which is
/// removed. `converting` is called with the share of the second half. The errors of generate() and
/// convertTable(); InvalidArgument for --split, which cuts CSV.
Result<DatasetManifest> generateParquet(const EngineRegistry& registry, const GeneratorSpec& spec,
                                        const std::filesystem::path& output,
                                        const GenerateOptions& options,
                                        const std::function<void(double)>& converting,
                                        std::stop_token stop);

} // namespace spillway
