#pragma once

#include "data/generator_spec.h"

namespace spillway {

/// How large the file of a spec will be.
struct GeneratedSize {
    std::int64_t rows = 0;
    Bytes bytes = 0; ///< exact for a few rows, otherwise within about 0.1 %
};

/// Rows and bytes of a spec, the same on every call. The lengths of the first rows are measured,
/// the rest follows from their mean and from the known number of digits in each id. InvalidArgument
/// when whole rows cannot meet the requested size to within 1 %, or there are fewer rows than
/// parts.
Result<GeneratedSize> generatedSize(const GeneratorSpec& spec);

/// Upper bound of what `--split` and the manifest add.
Bytes bytesBeside(const GeneratorSpec& spec, const GeneratedSize& size);

} // namespace spillway
