#pragma once

#include "data/schema_guess.h"

#include <filesystem>
#include <vector>

namespace spillway {

/// Lets the other `files` of a dataset have their say in the types that `guess` found in one of
/// them: a column that is empty there has the type of the first part with a value in it, whole
/// numbers are real where another part has a fraction. A text among numbers changes nothing, as it
/// may be a fault of the file, and is noted with file and line. Looks at the beginning of each
/// file, about 64 MiB of all together and 4 KiB of each at least; what `hints` say stands.
/// DataUnreadable.
Result<void> joinPartTypes(const std::vector<std::filesystem::path>& files,
                           const SchemaHints& hints, SchemaGuess& guess);

} // namespace spillway
