#pragma once

#include "data/schema_guess.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace spillway {

/// How to read the data, as typed. Empty fields were not given and are guessed.
struct DialectArguments {
    std::optional<std::string> delimiter;
    std::optional<std::string> header;
    std::optional<std::string> quote;
    std::optional<std::string> comment;
    std::optional<std::int64_t> skipRows;
    std::optional<std::string> decimal;
    std::optional<std::string> encoding;
    std::optional<std::string> missing;
    std::vector<std::string> columns; ///< NAME=TYPE
};

void defineDialectOptions(CLI::App& command, DialectArguments& arguments);

/// The hints for every file. InvalidArgument names the option and what it takes.
Result<SchemaHints> hintsFrom(const DialectArguments& arguments);

} // namespace spillway
