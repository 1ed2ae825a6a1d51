#pragma once

#include <cstddef>
#include <cstdint>

namespace spillway {

/// The value of each plain decimal data[begins[i], ends[i]), correctly rounded, into out[i]; NaN
/// for a field of any other form, which parseNumber() then decides. 64 bytes before `data` and 8
/// after the last field must be readable.
///
/// With fused multiply-add (AVX2, AVX-512; chosen at run time) several fields are parsed at a time,
/// several times faster than one by one with parsePlainDecimal(), which is used otherwise. The two
/// differ in which forms they leave to parseNumber(), but not in any value.
void parsePlainDecimals(const char* data, const std::uint32_t* begins, const std::uint32_t* ends,
                        std::size_t count, double* out);

} // namespace spillway
