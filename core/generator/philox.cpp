#include "generator/philox.h"

#include "generator/philox_inline.h"

namespace spillway {

std::array<std::uint64_t, 4> philox(std::array<std::uint64_t, 4> counter,
                                    std::array<std::uint64_t, 2> key)
{
    return philoxBlock(counter, key);
}

} // namespace spillway
