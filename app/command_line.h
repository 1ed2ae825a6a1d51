#pragma once

#include "app/commands.h"

#include <memory>
#include <string>
#include <vector>

namespace spillway {

/// The whole command line. The parser, --help, the manual page and shell completion are all derived
/// from this one tree. `chosen` has to outlive it.
std::unique_ptr<CLI::App> commandLine(Invocation& chosen);

/// The commands of `app` that help shows, in its order.
std::vector<const CLI::App*> commandsOf(const CLI::App& app);

/// The options and positionals of `app` that help shows, with those of its groups.
std::vector<const CLI::Option*> optionsOf(const CLI::App& app);

/// The placeholder for the value of `option`: a word in capitals for its kind (SIZE, ENGINES), or
/// the values it takes ("warm|cold|as-is"); for a positional its name. Empty for a flag.
std::string valueOf(const CLI::Option& option);

/// A command with its full name ("engines install"); empty for the program itself.
struct CommandPath {
    std::string path;
    const CLI::App* command = nullptr;
};
/// `app` and all commands below it, in the order of help.
std::vector<CommandPath> commandPaths(const CLI::App& app);

} // namespace spillway
