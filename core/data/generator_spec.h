#pragma once

#include "base/error.h"
#include "base/units.h"

#include <cstdint>
#include <optional>

namespace spillway {

/// What `spillway generate` should write. Exactly one of rows, bytes, ramFactor is set.
struct GeneratorSpec {
    std::optional<std::int64_t> rows;
    std::optional<Bytes> bytes;      ///< size of the CSV; met to within 1 %
    std::optional<double> ramFactor; ///< × this machine's RAM
    std::uint64_t seed = 1;
    std::int64_t categories = 4; ///< 1 … 10^7, named as a spreadsheet's columns: A…Z, AA, AB…
    int features = 2;            ///< 1 … 1000 numeric columns x, y, z, x4, x5…
    /// S in [0, 10^6]; labels ~ softmax(S·W·(features − ½)); 0: uniform. Above 0 there may be at
    /// most 10^6 weights, categories × features.
    double signal = 0;
    int split =
        0; ///< 0 … 10,000: also write the rows as this many files of equal length; 0 or 1: none

    bool operator==(const GeneratorSpec&) const = default;
    Result<void> validate() const;
};

} // namespace spillway
