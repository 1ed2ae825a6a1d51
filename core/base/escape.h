#pragma once

#include "base/json_fwd.h"

#include <string>
#include <string_view>

/// Escaping of untrusted text (names of engines, profiles, columns and files, messages of adapters,
/// notes of a session): one function per target language, so that no text can break out of its
/// place. Nothing else in the tree escapes for these targets.
///
/// Hidden characters are those that a reader does not see but a terminal, a parser or bidirectional
/// layout acts on: C0 and C1 controls, DEL, line and paragraph separators, the controls of
/// bidirectional text, and bytes that are no UTF-8. Where a target has no spelling for them they
/// become U+FFFD, one for each; tab, line feed and carriage return become a space where the text
/// has to stay on one line. Every function but pythonLiteral() and shellWord() gives valid UTF-8.
namespace spillway {

/// One line for a terminal, a log or a comment of a program.
std::string terminalText(std::string_view text);

/// The same for text with several lines: line feeds stay, tabs become spaces.
std::string terminalLines(std::string_view text);

/// A line of JSON as toLine() makes it, with hidden characters as \uXXXX: the same to a JSON
/// parser, harmless on a terminal.
std::string terminalJson(const Json& value);

/// A Python expression that is this value: strings in double quotes with everything hidden escaped,
/// True, False, None, lists, dictionaries; infinities and NaN as float("inf"), ….
/// A byte that is no UTF-8 becomes the lone surrogate by which Python itself names it in paths
/// (PEP 383).
std::string pythonLiteral(const Json& value);
std::string pythonString(std::string_view text);

/// `text` as a POSIX shell reads it back as one word: as it is when nothing in it is special, else
/// in quotes. What is hidden is spelt as "$(printf '\033')", so that pasting the word sends a
/// terminal no control character; line feeds alone stand as they are, in quotes. The text ends
/// before a NUL, which no word of a shell can hold.
std::string shellWord(std::string_view text);

/// `text` with a backslash before every byte that is special to a POSIX shell: unlike shellWord()
/// it keeps the beginning of the text, so that a shell can complete what was typed of it.
std::string shellEscaped(std::string_view text);

/// Text of a manual page (roff) that may begin a line or be an argument of a macro in double
/// quotes. Hyphens can be copied as - and everything else is ASCII.
std::string roffText(std::string_view text);

/// Text of a LaTeX document, fit for a cell that begins a row and for a comment.
std::string latexText(std::string_view text);

/// A cell of a pipe table as GitHub and Pandoc read it: plain text, no link, mention or HTML.
std::string markdownText(std::string_view text);

/// Text of an HTML element or a quoted attribute. Line feeds and tabs stay.
std::string htmlText(std::string_view text);

/// A text field of CSV by RFC 4180, quoted where it has to be. Text that a spreadsheet would run as
/// a formula (starting with =, +, -, @, also after spaces, or their full-width forms) gets a
/// leading apostrophe.
std::string csvField(std::string_view text);

} // namespace spillway
