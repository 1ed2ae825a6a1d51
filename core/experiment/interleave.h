#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spillway {

/// The numbers 0 … count − 1 in an order that depends only on (count, seed, round), on every
/// machine and compiler: Fisher–Yates over splitmix64 (Steele, Lea, Flood 2014), each draw unbiased
/// by rejection. std::shuffle promises no particular order.
std::vector<std::size_t> shuffledOrder(std::size_t count, std::uint64_t seed, std::uint64_t round);

} // namespace spillway
