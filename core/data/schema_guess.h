#pragma once

#include "data/dataset.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spillway {

/// What the user specified about a file; absent fields are guessed.
struct SchemaHints {
    std::optional<char> delimiter;
    std::optional<char> quote;
    std::optional<bool> header;
    std::optional<char> comment;
    std::optional<std::int64_t> skipRows;
    std::optional<char> decimal;
    std::optional<TextEncoding> encoding;
    std::optional<std::vector<std::string>> missing; ///< never guessed
    std::map<std::string, ColumnType> types;         ///< by column name

    bool operator==(const SchemaHints&) const = default;
};

/// The value that makes a column text, and its location.
struct TextValue {
    std::string value; ///< as quotedExcerpt() shows it
    Bytes offset = 0;
    std::optional<std::int64_t> line; ///< 1-based; nothing beyond the first MiB
    std::string file;                 ///< name of the part that holds it; empty: the first one
};

/// The guess for one file, with what a user needs to judge it.
struct SchemaGuess {
    Schema schema;
    std::vector<std::vector<std::string>> preview; ///< the first rows (at most 100), as UTF-8 text
    /// What was guessed and which option overrides it, and problems found.
    std::vector<std::string> notes;
    std::map<std::string, TextValue>
        textValues;                   ///< of columns that hold a value that is not a number
    std::optional<Error> fault;       ///< a malformed row in the first MiB
    bool goesOn = false;              ///< the file is longer than that
    std::optional<std::int64_t> rows; ///< of all files, when they say it themselves
};

/// Guesses encoding, lines before the header (sep=;), delimiter (comma, semicolon, tab, pipe),
/// quoting, comments, decimal mark, header and column types from the first MiB of `path`; the types
/// also from samples spread over the file. DataUnreadable with the choices when two guesses fit
/// equally well.
Result<SchemaGuess> guessSchema(const std::filesystem::path& path, const SchemaHints& hints = {});

/// The note on the types of columns that `hints` do not name; nothing if there are none.
std::optional<std::string> typesNote(const Schema& schema, const SchemaHints& hints);

} // namespace spillway
