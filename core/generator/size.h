#pragma once

#include "data/generator_spec.h"

namespace spillway {

/// How large the file of a spec will be.
struct GeneratedSize {
    std::int64_t rows = 0;
    Bytes bytes = 0; ///< exact for a few rows, else within 0.1 % or so
};

/// Rows and bytes of a spec, the same on every call. The lengths of the first rows are measured,
/// the rest follows from their mean and from the known number of digits in each id. InvalidArgument
/// when a size is asked for that whole rows cannot meet to within 1 %, or has fewer rows than
/// parts.
Result<GeneratedSize> generatedSize(const GeneratorSpec& spec);

/// What `--split` adds and the manifest may take, at most.
Bytes bytesBeside(const GeneratorSpec& spec, const GeneratedSize& size);

} // namespace spillway
