#pragma once

#include <array>
#include <cstdint>

namespace spillway {

/// Four 64-bit words of Philox 4x64-10, NumPy's variant: the block that
/// numpy.random.Philox(key=key, counter=counter) yields first is philox(counter + 1, key), since
/// NumPy increments before it draws. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// SC'11.
std::array<std::uint64_t, 4> philox(std::array<std::uint64_t, 4> counter,
                                    std::array<std::uint64_t, 2> key);

/// A float64 in [0, 1) from the upper 53 bits of a word, as NumPy's random() makes it.
constexpr double unitInterval(std::uint64_t word)
{
    return static_cast<double>(word >> 11) * 0x1p-53;
}

} // namespace spillway
