#pragma once

#include "data/dataset.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What sampled rows say about the values of a column.
struct ColumnFacts {
    std::int64_t sampled = 0; ///< rows that were looked at
    std::int64_t missing = 0; ///< of those, without a value
    /// Different values of the whole column: counted where `complete`, else estimated.
    std::int64_t distinct = 0;
    bool allDifferent = false; ///< no value came twice among the sampled ones
    bool complete = false;     ///< every row was looked at
    /// Least and greatest of the sampled values: as numbers in a column of numbers, else in the
    /// order of their bytes, shortened. Empty without a value.
    std::string least;
    std::string greatest;

    bool operator==(const ColumnFacts&) const = default;
};

/// Of a CSV dataset's columns, from the first MiB of the first file and pieces spread over it. The
/// estimate of different values is the GEE of Charikar, Chaudhuri, Motwani and Narasayya, "Towards
/// Estimation Error Guarantees for Distinct Values" (PODS 2000). Errors as of openDataset().
Result<std::vector<ColumnFacts>> columnFacts(const std::filesystem::path& file,
                                             const Schema& schema);

/// The same from rows that are known, of `total` if that is known.
std::vector<ColumnFacts> columnFactsOf(const std::vector<std::vector<std::string>>& rows,
                                       const Schema& schema,
                                       std::optional<std::int64_t> total = std::nullopt);

} // namespace spillway
