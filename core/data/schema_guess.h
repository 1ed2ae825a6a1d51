#pragma once

#include "data/dataset.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What a user said about a file; what is absent is guessed.
struct SchemaHints {
    std::optional<char> delimiter;
    std::optional<char> quote;
    std::optional<bool> header;
    std::map<std::string, ColumnType> types; ///< by column name
};

/// The guess for one file with what a person needs to judge it.
struct SchemaGuess {
    Schema schema;
    std::vector<std::vector<std::string>> preview; ///< the first rows (at most 100), as text
    std::vector<std::string> notes;                ///< "Delimiter ; guessed from 512 rows" …
};

/// Guesses delimiter (comma, semicolon, tab, pipe), quoting, header and column types from the first
/// MiB of `path`. DataUnreadable with the choices when two guesses fit equally well.
Result<SchemaGuess> guessSchema(const std::filesystem::path& path, const SchemaHints& hints = {});

} // namespace spillway
