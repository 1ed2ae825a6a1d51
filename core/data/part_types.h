#pragma once

#include "data/schema_guess.h"

#include <filesystem>
#include <vector>

namespace spillway {

/// Combines the types that `guess` found in one file with those of a dataset's other `files`: a
/// column that is empty there gets the type of the first part with a value in it, integers become
/// real if another part has a fraction. Text among numbers changes nothing, as it may be a defect
/// of the file, and is noted with file and line. Reads the beginning of each file, about 64 MiB in
/// total and at least 4 KiB of each; `hints` take precedence. DataUnreadable.
Result<void> joinPartTypes(const std::vector<std::filesystem::path>& files,
                           const SchemaHints& hints, SchemaGuess& guess);

} // namespace spillway
