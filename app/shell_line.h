#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What stands before the cursor of bash, read as bash reads it.
struct ShellLine {
    /// Of the command under the cursor, without quotes; the last one is what is being typed, maybe
    /// empty. The first one is the program.
    std::vector<std::string> words;
    /// The quote in which the cursor stands: ' or ", '\0' outside of quotes.
    char quote = '\0';
    /// How much of the last word bash leaves alone when it puts in a completion: it replaces what
    /// follows the last of its word breaks (=, :), or the quote that is open.
    std::size_t kept = 0;
};

/// `line` up to the cursor; `breaks` is bash's COMP_WORDBREAKS.
ShellLine readShellLine(std::string_view line, std::string_view breaks);

/// What bash has to put in place of what it replaces, so that the last word becomes `word`, which
/// begins as it does. Empty when that cannot be typed: a character that is not seen, or one that
/// cannot stand within the open quote.
std::string bashReplacement(const ShellLine& line, std::string_view word);

} // namespace spillway
