#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// The command by which a shell asks for completions; --help does not list it.
inline constexpr std::string_view completeCommand = "complete";

/// Answers the scripts in resources/completions:
///     complete bash LINE-UP-TO-THE-CURSOR COMP_WORDBREAKS
///     complete zsh|fish -- WORD…          the words after the program's, the last being typed
/// The first line of the answer says what the shell adds (none, files, directories, sessions), then
/// " nospace" when the word may go on; each further line is a candidate: for bash what it puts in,
/// for the others the word, a tab, and what it means. Candidates hold nothing that a terminal or
/// shell would interpret. Prints nothing on standard error, always returns 0, and gives up after 10
/// s without an answer.
int answerShell(const CLI::App& app, const std::vector<std::string>& words);

} // namespace spillway
