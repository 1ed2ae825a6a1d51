#pragma once

#include "data/dataset_manifest.h"

#include <cstdint>
#include <span>
#include <vector>

namespace spillway {

/// The sum of many fractions k·2^−53, kept as a 128-bit integer of that unit: exact, so independent
/// of the order of addition and the number of threads, and rounded to a float64 only once.
/// Compensated summation only approximates this, and is slower.
struct ExactSum {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    void add(std::uint64_t numerator)
    {
        low += numerator;
        high += low < numerator ? 1 : 0;
    }
    void add(const ExactSum& other)
    {
        add(other.low);
        high += other.high;
    }
    /// The nearest float64 to the sum.
    double value() const;
};

/// The oracle's counts for the rows that one thread has written.
struct RowTally {
    std::vector<std::int64_t> counts; ///< one per category; empty: nothing is counted
    std::vector<ExactSum> sums;       ///< categories × features
    std::int64_t hits = 0;            ///< rows whose label is the arg max of the true W

    void add(const RowTally& other);
};

/// Whether a manifest lists groups for such a spec: at most 100,000 of them and 1,000,000 sums.
bool keepsGroups(const GeneratorSpec& spec);

/// An empty tally with room for the groups of `spec`, if it keeps any.
RowTally emptyTally(const GeneratorSpec& spec);

/// The groups that occur, sorted by the bytes of their key.
std::vector<GroupTruth> groupTruths(const RowTally& tally, int features);

} // namespace spillway
