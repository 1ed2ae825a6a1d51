#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace spillway {

/// What a parsed command line asks for; returns the exit code.
using Invocation = std::function<int()>;

/// Each adds one subcommand to `app` and, when it is the one chosen, sets `chosen`.
void addGenerateCommand(CLI::App& app, Invocation& chosen);
void addConvertCommand(CLI::App& app, Invocation& chosen);
void addEnginesCommand(CLI::App& app, Invocation& chosen);
void addRunCommand(CLI::App& app, Invocation& chosen);
void addJobCommand(CLI::App& app, Invocation& chosen);
void addCompareCommand(CLI::App& app, Invocation& chosen);
void addArticleCommand(CLI::App& app, Invocation& chosen);
void addExportCommand(CLI::App& app, Invocation& chosen);
void addExcludeCommand(CLI::App& app, Invocation& chosen);
void addTryCommand(CLI::App& app, Invocation& chosen);
void addDoctorCommand(CLI::App& app, Invocation& chosen);
/// `manual-page`, which --help does not list: the build writes spillway(1) and spillway-plan(5)
/// with it.
void addManualPageCommand(CLI::App& app, Invocation& chosen);

} // namespace spillway
