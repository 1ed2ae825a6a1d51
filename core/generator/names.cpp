#include "generator/names.h"

#include <algorithm>

namespace spillway {

std::string categoryName(std::int64_t index)
{
    std::string name;
    for (std::int64_t rest = index + 1; rest > 0; rest /= 26) {
        --rest;
        name += static_cast<char>('A' + rest % 26);
    }
    std::ranges::reverse(name);
    return name;
}

std::string featureName(int index)
{
    return index < 3 ? std::string(1, static_cast<char>('x' + index))
                     : "x" + std::to_string(index + 1);
}

std::string headerRow(int features)
{
    std::string header = "id";
    for (int index = 0; index < features; ++index)
        header += "," + featureName(index);
    return header + ",category\n";
}

} // namespace spillway
