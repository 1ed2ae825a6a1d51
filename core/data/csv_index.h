#pragma once

#include <cstddef>
#include <cstdint>

namespace spillway {

/// Positions of every byte in data[from, to) that can be structural in CSV: the delimiter, the
/// quote, and all control bytes up to 0x0d (NUL, LF, CR; a tab in text is included and recognised
/// by the reader). Written in ascending order to `out`, which must have room for to − from + 64
/// entries; at least 64 bytes after data[to) must be readable. Returns how many were found.
///
/// Vector code chosen at run time (SSE2, AVX2, AVX-512): finding the structure of a whole piece
/// first is several times faster than testing byte by byte (Langdale and Lemire, "Parsing gigabytes
/// of JSON per second", VLDB Journal 28, 2019).
std::size_t indexStructure(const char* data, std::size_t from, std::size_t to, char delimiter,
                           char quote, std::uint32_t* out);

} // namespace spillway
