#pragma once

#include "app/commands.h"

#include <memory>
#include <string>
#include <vector>

namespace spillway {

/// The whole command line. What the parser takes, --help shows, the manual page prints and a shell
/// completes is all made from this one tree. `chosen` has to outlive it.
std::unique_ptr<CLI::App> commandLine(Invocation& chosen);

/// The commands of `app` that help shows, in its order.
std::vector<const CLI::App*> commandsOf(const CLI::App& app);

/// The options and positionals of `app` that help shows, with those of its groups.
std::vector<const CLI::Option*> optionsOf(const CLI::App& app);

/// What stands for the value of `option`: a word in capitals for its kind (SIZE, ENGINES), or the
/// words that it takes ("warm|cold|as-is"); for a positional its name. Empty for a flag.
std::string valueOf(const CLI::Option& option);

/// A command with the words that lead to it ("engines install"); no words for the program itself.
struct CommandPath {
    std::string path;
    const CLI::App* command = nullptr;
};
/// `app` and all commands below it, in the order of help.
std::vector<CommandPath> commandPaths(const CLI::App& app);

} // namespace spillway
