#pragma once

#include "data/table_set.h"

#include <QString>

#include <vector>

namespace spillway {

/// What may stand where one is typing a query in SQL.
struct Completion {
    QString text;   ///< as it is put in: a name in quotes where it needs them
    QString detail; ///< type of a column, "table", "function" or empty
};

struct Completions {
    int begin = 0; ///< of the word that they are for, in the text
    std::vector<Completion> words;
    bool isWhole = false; ///< what is typed is such a word already
};

/// For the word that ends at `position`: after a table's name or alias and a point its columns;
/// after FROM, JOIN or a comma of them tables; else columns (of the tables that the text names, of
/// all while it names none), tables, functions and keywords that begin with the word, in this
/// order. Nothing within a text, a comment or a number. Letter case does not matter.
Completions completionsAt(const QString& text, int position, const std::vector<NamedTable>& tables);

} // namespace spillway
