#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace spillway {

/// spillway(1) in the macros of man(7), from the tree that --help is printed from.
std::string commandManual(const CLI::App& app);

/// spillway-plan(5), from the table that the reader of plan files knows its fields by.
std::string planManual();

} // namespace spillway
