#pragma once

#include "generator/generator.h"
#include "generator/table_spec.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// A table as it was written.
struct GeneratedTable {
    std::string name;
    std::filesystem::path path;
    std::int64_t rows = 0;
    Bytes bytes = 0;

    bool operator==(const GeneratedTable&) const = default;
};

/// Writes DIRECTORY/<table>.csv for every table of the set at so many rows, and last a manifest,
/// tables.json, that says what they are. The bytes are the same for every number of threads.
/// Blocking; memory stays flat. All or nothing: on any error, on stop and on ENOSPC everything
/// written is removed, and tables of before (`force`) are still there. The directory exists.
/// Errors: InvalidArgument (the declaration, with its place; rows), AlreadyExists (without force),
/// NoSpace (before or in the middle), Cancelled, Io.
Result<std::vector<GeneratedTable>> generateTables(const TableSetSpec& spec, std::int64_t rows,
                                                   const std::filesystem::path& directory,
                                                   const GenerateOptions& options,
                                                   std::stop_token stop);

/// Of the manifest in a directory of tables.
std::filesystem::path tablesManifestPath(const std::filesystem::path& directory);

/// The tables that stand in a directory since generateTables() wrote them so, with this very
/// declaration, as far as sizes and times of modification tell; else none.
std::vector<GeneratedTable> tablesThere(const TableSetSpec& spec, std::int64_t rows,
                                        const std::filesystem::path& directory);

} // namespace spillway
