#pragma once

#include <Random123/philox.h>

#include <array>
#include <cstdint>

namespace spillway {

/// The body of philox() for loops that draw one block per row: see philox.h.
inline std::array<std::uint64_t, 4> philoxBlock(const std::array<std::uint64_t, 4>& counter,
                                                const std::array<std::uint64_t, 2>& key)
{
    const philox4x64_ctr_t block{{counter[0], counter[1], counter[2], counter[3]}};
    const philox4x64_key_t words{{key[0], key[1]}};
    const philox4x64_ctr_t drawn = philox4x64_R(10, block, words);
    return {drawn.v[0], drawn.v[1], drawn.v[2], drawn.v[3]};
}

} // namespace spillway
