#pragma once

#include "data/dataset.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spillway {

/// The files of a table that a user named.
struct DataFiles {
    std::vector<std::filesystem::path> paths; ///< absolute, in reading order; at least one
    FileFormat format = FileFormat::Csv;
    std::filesystem::path root; ///< the directory that was named; empty for a file or a pattern
};

/// What `source` names: a file, a directory, or a glob pattern. Of a directory its *.csv, *.tsv and
/// *.txt, or, when it has none, the *.parquet in it and in the directories below, as engines write
/// them; sorted by name. Whether a file is Parquet is seen by its first bytes. DataUnreadable, also
/// for a mixture.
Result<DataFiles> dataFiles(const std::string& source);

/// What tables and charts call the data of `source`: the last part of its path, of a pattern the
/// last two.
std::string datasetName(const std::string& source);

} // namespace spillway
