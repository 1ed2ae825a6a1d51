#pragma once

#include "workloads/workload.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace spillway::array {

inline constexpr std::int64_t largestArray = 50'000; ///< rows and columns
__extension__ typedef unsigned __int128 Wide;

/// NumPy's PCG64 (PCG XSL RR 128/64, O'Neill 2014), seeded as
/// PCG64(SeedSequence(seed, spawn_key=(key,))).
class Pcg64 {
public:
    Pcg64(std::uint64_t seed, std::uint32_t key);
    /// 53 random bits: Generator.random() is this times 2^-53.
    std::uint64_t next53();

private:
    std::uint64_t next();

    Wide state_ = 0;
    Wide increment_ = 0;
};

/// What seeds it: NumPy's SeedSequence(seed, spawn_key=(key,)).generate_state(4, np.uint64).
std::array<std::uint64_t, 4> seedState(std::uint64_t seed, std::uint32_t key);

/// An n × n array in chunks of c × c; those at the edges have what is left. Chunk k, counted along
/// the rows, comes from a generator with the key k, row by row.
struct Shape {
    std::int64_t n = 0;
    std::int64_t c = 0;

    bool operator==(const Shape&) const = default;
};

/// Rows and columns of the size "quick", "normal" or "full"; 0 for another.
std::int64_t sideOf(std::string_view size);

/// What a workload of this kind asks for.
Shape shapeOf(const Workload& workload);
std::int64_t chunksOf(const Shape& shape);

/// The sums of one chunk's columns, as whole numbers of 2^-53: exact, in whatever order they are
/// made and added.
struct ChunkSums {
    std::size_t firstColumn = 0; ///< of the array
    std::vector<Wide> sums;
};
/// Makes chunk k and adds it up.
ChunkSums chunkSums(const Shape& shape, std::uint64_t seed, std::int64_t k);

/// Sums of the whole array's columns.
class ColumnTotals {
public:
    explicit ColumnTotals(const Shape& shape);
    void add(const ChunkSums& chunk);
    /// Rounded once.
    std::vector<double> means() const;

private:
    std::vector<Wide> sums_;
};

/// The means of the array's columns, made by one thread.
std::vector<double> columnMeans(const Shape& shape, std::uint64_t seed);

} // namespace spillway::array
