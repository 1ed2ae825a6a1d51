#pragma once

#include "data/column_facts.h"

#include <string>
#include <vector>

namespace spillway {

/// "Group by what? Average what?" for data that nobody has said anything about.
struct QuestionGuess {
    std::vector<std::string> keys;   ///< every column that may group, the best first
    std::vector<std::string> values; ///< columns of numbers that are averages of something

    bool complete() const { return !keys.empty() && !values.empty(); }
};

/// The best key has few different values and is text, else whole numbers; no date, no identifier.
/// Values are real columns, else whole numbers without the identifiers. `facts` are by column, in
/// the order of the schema.
QuestionGuess guessQuestion(const Schema& schema, const std::vector<ColumnFacts>& facts);

} // namespace spillway
