#pragma once

#include "app/command_line.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

/// What may stand where a user of a shell has asked for it.
struct Completion {
    /// What the shell offers beside the candidates, or in their place.
    enum class Files { None, Any, Directories, Sessions };
    struct Candidate {
        std::string word; ///< the whole word; begins as what was typed
        std::string meaning;
    };
    std::vector<Candidate> candidates;
    Files files = Files::None;
    bool goesOn = false; ///< more may follow in the same word: no blank after it
};

/// Where words come from that no option lists. Each is asked only when it is needed.
struct CompletionSources {
    using Candidates = std::vector<Completion::Candidate>;
    /// Engine ids, and "id:profile" for each profile of those that have several.
    std::function<Candidates()> engines;
    /// Engines that have an environment to install, or one that can be removed.
    std::function<Candidates(bool installed)> environments;
    /// Column names of the data that the options name: each option with its last value.
    std::function<std::vector<std::string>(const std::vector<std::pair<std::string, std::string>>&)>
        columns;
};

/// `words` follow the program's name; the last one, maybe empty, is the one to complete.
Completion complete(const CLI::App& app, const std::vector<std::string>& words,
                    const CompletionSources& sources);

} // namespace spillway
