#pragma once

#include "app/command_line.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// The possible completions at the shell's cursor.
struct Completion {
    /// What the shell offers in addition to the candidates, or instead of them.
    enum class Files { None, Any, Directories, Sessions };
    struct Candidate {
        std::string word; ///< the whole word; starts with what was typed
        std::string meaning;
    };
    std::vector<Candidate> candidates;
    Files files = Files::None;
    bool goesOn = false; ///< more may follow in the same word: no space after it
};

/// Sources of candidates that no option lists. Each is called only when needed.
struct CompletionSources {
    using Candidates = std::vector<Completion::Candidate>;
    /// Engine ids, and "id:profile" for each profile of engines that have several.
    std::function<Candidates()> engines;
    /// Engines whose environment can be installed or, with `installed`, removed.
    std::function<Candidates(bool installed)> environments;
    /// Column names of the data that the options name: each option with its last value.
    std::function<std::vector<std::string>(const std::vector<std::pair<std::string, std::string>>&)>
        columns;
};

/// `words` follow the program's name; the last one, possibly empty, is the one to complete.
Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                    const CompletionSources& sources);

} // namespace spillway
