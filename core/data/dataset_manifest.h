#pragma once

#include "base/json_fwd.h"
#include "data/generator_spec.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// The oracle for ETL of one group.
struct GroupTruth {
    std::string key;
    std::int64_t count = 0;
    /// One per feature: the exact sum of the values as written, rounded once to the nearest
    /// float64.
    std::vector<double> sums;

    bool operator==(const GroupTruth&) const = default;
};

/// `OUT.csv.json`, written beside a generated file.
struct DatasetManifest {
    int version = 1;
    std::string generator; ///< "spillway 0.1.0"
    GeneratorSpec spec;
    std::int64_t rows = 0;
    Bytes bytes = 0;
    std::string fingerprint; ///< sampledFingerprint() of the file
    /// ContentHash of the file and its time of modification (nanoseconds since the epoch) when it
    /// was written. Empty and 0 in manifests of older versions.
    std::string contentHash;
    std::int64_t modifiedNanoseconds = 0;
    std::vector<std::string> features; ///< column names x, y, …
    std::string label = "category";    ///< column that groups and labels
    /// Sorted by key's bytes; empty above 100,000 categories or 1,000,000 sums.
    std::vector<GroupTruth> groups;
    std::vector<std::vector<double>> trueWeights; ///< categories × features when signal > 0
    /// Accuracy of the true W on these rows (arg max against the drawn label); absent without
    /// signal.
    std::optional<double> trueAccuracy;
    std::vector<std::string> parts; ///< file names of --split, beside the main file

    bool operator==(const DatasetManifest&) const = default;
};

Json toJson(const DatasetManifest& manifest);
Result<DatasetManifest> datasetManifestFromJson(const Json& json);

/// Path of a CSV's manifest: the same path with ".json" appended.
std::filesystem::path datasetManifestPath(const std::filesystem::path& csv);
/// Path of part `part` (1 … parts) of a CSV: "data.csv" becomes "data.part1of2.csv".
std::filesystem::path partPath(const std::filesystem::path& csv, int part, int parts);
/// The file that `part` belongs to, by its name; nothing for any other name.
std::optional<std::filesystem::path> wholeOfPart(const std::filesystem::path& part);
/// First completes what a killed generation had finished, see settleWrites(). Then reads
/// datasetManifestPath(csv) and nothing else, and only if it is a regular file of at most 64 MiB
/// that begins like a manifest. NotFound when there is none, or another kind of file has that name;
/// Corrupt when it does not match the file beside it (size, version).
Result<DatasetManifest> readDatasetManifest(const std::filesystem::path& csv);

} // namespace spillway
