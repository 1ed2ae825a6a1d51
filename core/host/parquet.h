#pragma once

#include "data/data_files.h"
#include "data/open_dataset.h"
#include "host/python_tool.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// What openDataset() needs to open Parquet files: half a second for each table. Its errors are
/// those of ask(), and DataUnreadable for files that are damaged or differ in their columns. The
/// registry has to outlive the reader.
ParquetReader parquetReader(const EngineRegistry& registry, std::stop_token stop);

/// How a table becomes one of another format.
struct ConvertOptions {
    std::vector<std::string> partitionBy; ///< of Parquet; not empty: `output` becomes a directory
    Bytes rowGroup = Bytes(128) << 20;    ///< about this much of a CSV in each group of rows
    bool force = false;                   ///< replaces what is there
    ToolProgress progress;
};

struct Converted {
    std::int64_t rows = 0;
    std::int64_t files = 0;
    Bytes bytes = 0; ///< of the files
};

/// Writes `dataset`, one table of the other format, to `output`, all or nothing, with the types
/// that its columns have for a query (docs/workloads/query.md). In CSV a missing value is an empty
/// field and a text stands in quotes. AlreadyExists, InvalidArgument, DataUnreadable for a field
/// that is not of its column's type, and the errors of ask().
Result<Converted> convertTable(const EngineRegistry& registry, const Dataset& dataset,
                               FileFormat format, const std::filesystem::path& output,
                               const ConvertOptions& options, std::stop_token stop);

} // namespace spillway
