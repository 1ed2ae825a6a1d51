#include "generator/number.h"

#include <charconv>

namespace spillway::decimal {

char* writeRareFraction(char* out, std::uint64_t numerator)
{
    const double value = static_cast<double>(numerator) * 0x1p-53;
    return std::to_chars(out, out + 48, value, std::chars_format::fixed).ptr;
}

} // namespace spillway::decimal
