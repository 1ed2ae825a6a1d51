#pragma once

#include "data/generator_spec.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace spillway {

/// Rows are drawn in batches, so that the arithmetic of a signal runs over many rows at once.
inline constexpr std::size_t rowBatch = 16;
using RowWords = std::array<std::uint64_t, rowBatch>;

/// The true W of a spec with a signal, categories × features row by row; empty without one. Entries
/// are uniform in [−√3, √3), of variance 1: word e of the stream is word e mod 4 of the Philox
/// block with counter (e div 4, 0, 1, 0) and key (seed, 0).
std::vector<double> signalWeights(const GeneratorSpec& spec);

/// Draws labels ~ softmax(S·W·(features − ½)). The exponential is our own, using plain additions
/// and multiplications in a fixed order, so that the labels, and with them the file, do not depend
/// on a machine's maths library, CPU or vector width.
class SignalLabels {
public:
    explicit SignalLabels(const GeneratorSpec& spec);

    /// Labels of a batch. `numerators` holds feature j of all its rows at j (units of 2^−53),
    /// `draws` one random word per row. `best` gets the arg max of W·(features − ½).
    void draw(std::span<const RowWords> numerators, const RowWords& draws, RowWords& labels,
              RowWords& best);

private:
    using RowValues = std::array<double, rowBatch>;

    double strength_;
    std::vector<double> weights_;
    std::vector<RowValues> centred_; ///< features − ½
    std::vector<RowValues> scores_;  ///< W·(features − ½), later the softmax's numerators
};

} // namespace spillway
