#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// The text before bash's cursor, parsed as bash parses it.
struct ShellLine {
    /// Words of the command under the cursor, without quotes; the last one is being typed and may
    /// be empty. The first one is the program.
    std::vector<std::string> words;
    /// The open quote at the cursor: ' or ", '\0' outside of quotes.
    char quote = '\0';
    /// How much of the last word bash keeps when it inserts a completion: it replaces what follows
    /// the last word break (=, :) or the open quote.
    std::size_t kept = 0;
};

/// `line` up to the cursor; `breaks` is bash's COMP_WORDBREAKS.
ShellLine readShellLine(std::string_view line, std::string_view breaks);

/// The text that bash has to insert so that the last word, a prefix of `word`, becomes `word`.
/// Empty when that cannot be typed: an invisible character, or one that the open quote cannot hold.
std::string bashReplacement(const ShellLine& line, std::string_view word);

} // namespace spillway
