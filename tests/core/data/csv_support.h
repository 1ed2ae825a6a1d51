#pragma once

#include "block_reading.h"
#include "core/folder.h"

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

/// What the CSV tests share: files in a temporary folder (core/folder.h), and block_reading.h.
namespace spillway::test {

inline const std::vector<std::string> abc{"a", "b", "c"};
inline const ColumnSelection everything{.numeric = {0, 1}, .text = 2};

/// A file of columns a, b, c, and what is read of it when everything is.
struct Truth {
    std::string content;
    Reading reading;
};

inline std::string inQuotes(const std::string& text)
{
    std::string field = "\"";
    for (const char byte : text) {
        field.push_back(byte);
        if (byte == '"') field.push_back('"');
    }
    return field + "\"";
}

inline bool sameBits(double a, double b)
{
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

} // namespace spillway::test
