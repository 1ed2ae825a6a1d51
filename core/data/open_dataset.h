#pragma once

#include "data/dataset.h"
#include "data/dataset_manifest.h"
#include "data/dataset_manifest_standing.h"
#include "data/schema_guess.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

struct DataFiles;

/// A dataset that a user chose, with all that is known about it.
struct OpenedDataset {
    Dataset dataset;
    std::optional<DatasetManifest> manifest; ///< beside a generated file, or the one it is part of
    /// Of a manifest that describes the very file; names and types are taken from it all the same.
    std::optional<ManifestStanding> standing;
    SchemaGuess guess; ///< of the first file; its types of all of them
};

/// Says what Parquet files are: columns, folders, rows and the first of them (host/parquet.h).
using ParquetReader = std::function<Result<SchemaGuess>(const DataFiles& files)>;

/// Opens `source`: a file, a directory or a glob pattern (data/data_files.h). All files must have
/// the same columns as the first. A part of a split dataset (`--split`) finds the spec but not the
/// oracle of the whole. Files are not read whole: if only that could show whether a manifest
/// applies, a note says so, and a run will check. Of Parquet files nothing is guessed, so hints are
/// refused; without a reader the files themselves are. Errors: DataUnreadable (exit code 3), with
/// the file and what to do; InvalidArgument.
Result<OpenedDataset> openDataset(const std::string& source, const SchemaHints& hints = {},
                                  const ParquetReader& parquet = {});

/// The hints that openDataset() needs to read the files of `dataset` with its schema, where a guess
/// would differ. Reads the files; for one that cannot be read, the hints include everything that is
/// not at its default.
SchemaHints neededHints(const Dataset& dataset);

/// The column choice for a group-by or a classification when the user gave none.
struct ColumnChoice {
    std::string key;                 ///< the group-by or label column
    std::vector<std::string> values; ///< value or feature columns
    std::string reason; ///< one sentence that is printed: "category by x, y (manifest)"
};

/// Manifest: category by the features. Otherwise the only text (or few-valued integer) column by
/// all real columns; InvalidArgument that names the choices when more than one fits. Explicitly
/// given columns (`key`, `values` not empty) are checked for existence and kept.
Result<ColumnChoice> chooseColumns(const OpenedDataset& opened, const std::string& key,
                                   const std::vector<std::string>& values);

} // namespace spillway
