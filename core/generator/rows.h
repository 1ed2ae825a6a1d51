#pragma once

#include "data/generator_spec.h"
#include "generator/signal.h"
#include "generator/tally.h"

#include <array>
#include <cstdint>
#include <vector>

namespace spillway {

/// Generates the rows of a valid spec. Row i depends on (seed, i) only: word t of row i is word t
/// mod 4 of the Philox block with counter (i, t div 4, 0, 0) and key (seed, 0), as
/// numpy.random.Philox(key=[seed, 0], counter=…) draws them. Words 0 … features−1 are the numeric
/// columns (upper 53 bits · 2^−53, as NumPy's random()), the next one decides the category: without
/// a signal it is ⌊word · categories / 2^64⌋. Not thread-safe: each thread has its own.
class RowMaker {
public:
    explicit RowMaker(const GeneratorSpec& spec);

    /// Room that write() needs for `count` rows with this many features; they use about half of it.
    static std::size_t roomFor(std::int64_t count, int features);
    /// Writes rows [first, first + count) without header and returns their end. What the oracle
    /// needs is added to `tally`.
    char* write(std::int64_t first, std::int64_t count, char* out, RowTally& tally);

private:
    void drawBatch(std::int64_t first, std::size_t count);
    char* writeRow(std::uint64_t id, std::size_t row, char* out);
    char* writeId(std::uint64_t id, char* out);
    char* writeCategory(std::uint64_t category, char* out) const;
    void count(std::size_t row, RowTally& tally) const;

    /// ",NAME\n" in the lower seven bytes, its length in the highest.
    static std::uint64_t packedName(std::uint64_t category);

    GeneratorSpec spec_;
    std::size_t features_;
    SignalLabels signal_;
    std::vector<std::uint64_t> names_; ///< packed, of the first categories
    std::vector<RowWords> numerators_; ///< one entry per feature
    RowWords labels_{};
    RowWords best_{};
    std::array<char, 24> idPrefix_{}; ///< digits of id / 10,000
    std::size_t idPrefixLength_ = 0;
    std::uint64_t idPrefixOf_ = 0;
};

} // namespace spillway
