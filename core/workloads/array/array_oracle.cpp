#include "workloads/array/array_oracle.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace spillway::array {
namespace {

// Constants of NumPy's SeedSequence, which is O'Neill's seed_seq_fe.
constexpr std::uint32_t initA = 0x43b0d7e5;
constexpr std::uint32_t multA = 0x931e8875;
constexpr std::uint32_t initB = 0x8b51f9dd;
constexpr std::uint32_t multB = 0x58f38ded;
constexpr std::uint32_t mixLeft = 0xca01f9dd;
constexpr std::uint32_t mixRight = 0x4973f715;
constexpr std::uint64_t pcgMultiplierHigh = 0x2360ED051FC65DA4;
constexpr std::uint64_t pcgMultiplierLow = 0x4385DF649FCCF645;
constexpr int fractionBits = 53;

/// So many numbers of 53 bits have a sum of 64 bits at most.
constexpr std::size_t rowsAWord = 2048;

Wide wide(std::uint64_t high, std::uint64_t low)
{
    return Wide(high) << 64 | low;
}

std::uint32_t hashMixed(std::uint32_t value, std::uint32_t& factor)
{
    value ^= factor;
    factor *= multA;
    value *= factor;
    return value ^ value >> 16;
}

std::uint32_t combined(std::uint32_t left, std::uint32_t right)
{
    const std::uint32_t both = mixLeft * left - mixRight * right;
    return both ^ both >> 16;
}

} // namespace

std::array<std::uint64_t, 4> seedState(std::uint64_t seed, std::uint32_t key)
{
    // The seed's words, as many as the pool has, and the key after them.
    const std::array<std::uint32_t, 5> entropy{static_cast<std::uint32_t>(seed),
                                               static_cast<std::uint32_t>(seed >> 32), 0, 0, key};
    std::array<std::uint32_t, 4> pool{};
    std::uint32_t factor = initA;
    for (std::size_t i = 0; i < pool.size(); ++i)
        pool[i] = hashMixed(entropy[i], factor);
    for (std::size_t from = 0; from < pool.size(); ++from)
        for (std::size_t to = 0; to < pool.size(); ++to)
            if (from != to) pool[to] = combined(pool[to], hashMixed(pool[from], factor));
    for (auto& word : pool)
        word = combined(word, hashMixed(entropy[4], factor));
    std::array<std::uint64_t, 4> state{};
    factor = initB;
    for (std::size_t i = 0; i < 2 * state.size(); ++i) {
        std::uint32_t word = pool[i % pool.size()] ^ factor;
        factor *= multB;
        word *= factor;
        word ^= word >> 16;
        state[i / 2] |= std::uint64_t(word) << (i % 2 * 32);
    }
    return state;
}

Pcg64::Pcg64(std::uint64_t seed, std::uint32_t key)
{
    const auto words = seedState(seed, key);
    increment_ = wide(words[2], words[3]) << 1 | 1;
    next();
    state_ += wide(words[0], words[1]);
    next();
}

std::uint64_t Pcg64::next()
{
    state_ = state_ * wide(pcgMultiplierHigh, pcgMultiplierLow) + increment_;
    const auto folded =
        static_cast<std::uint64_t>(state_ >> 64) ^ static_cast<std::uint64_t>(state_);
    return std::rotr(folded, static_cast<int>(state_ >> 122));
}

std::uint64_t Pcg64::next53()
{
    return next() >> (64 - fractionBits);
}

std::int64_t sideOf(std::string_view size)
{
    if (size == "quick") return 4'000;
    if (size == "normal") return 10'000;
    return size == "full" ? 40'000 : 0;
}

Shape shapeOf(const Workload& workload)
{
    const auto value = [&](const char* name) { return parameterOf(workload, name); };
    const auto own = std::get<std::int64_t>(value("n"));
    return {.n = own > 0 ? own : sideOf(std::get<std::string>(value("size"))),
            .c = std::get<std::int64_t>(value("c"))};
}

std::int64_t chunksOf(const Shape& shape)
{
    const auto aSide = (shape.n + shape.c - 1) / shape.c;
    return aSide * aSide;
}

ChunkSums chunkSums(const Shape& shape, std::uint64_t seed, std::int64_t k)
{
    const auto aSide = (shape.n + shape.c - 1) / shape.c;
    const auto top = k / aSide * shape.c;
    const auto left = k % aSide * shape.c;
    const auto rows = static_cast<std::size_t>(std::min(shape.c, shape.n - top));
    const auto columns = static_cast<std::size_t>(std::min(shape.c, shape.n - left));
    ChunkSums chunk{.firstColumn = static_cast<std::size_t>(left),
                    .sums = std::vector<Wide>(columns)};
    Pcg64 random(seed, static_cast<std::uint32_t>(k));
    std::vector<std::uint64_t> some(columns);
    for (std::size_t row = 0; row < rows;) {
        std::ranges::fill(some, 0);
        for (const auto end = std::min(rows, row + rowsAWord); row < end; ++row)
            for (auto& sum : some)
                sum += random.next53();
        for (std::size_t column = 0; column < columns; ++column)
            chunk.sums[column] += some[column];
    }
    return chunk;
}

ColumnTotals::ColumnTotals(const Shape& shape) : sums_(static_cast<std::size_t>(shape.n)) {}

void ColumnTotals::add(const ChunkSums& chunk)
{
    for (std::size_t i = 0; i < chunk.sums.size(); ++i)
        sums_[chunk.firstColumn + i] += chunk.sums[i];
}

std::vector<double> ColumnTotals::means() const
{
    std::vector<double> means(sums_.size());
    for (std::size_t column = 0; column < sums_.size(); ++column)
        means[column] =
            static_cast<double>(std::ldexp(static_cast<long double>(sums_[column]), -fractionBits) /
                                static_cast<long double>(sums_.size()));
    return means;
}

std::vector<double> columnMeans(const Shape& shape, std::uint64_t seed)
{
    ColumnTotals totals(shape);
    for (std::int64_t k = 0; k < chunksOf(shape); ++k)
        totals.add(chunkSums(shape, seed, k));
    return totals.means();
}

} // namespace spillway::array
