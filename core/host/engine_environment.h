#pragma once

#include <string_view>
#include <vector>

namespace spillway {

/// Whether a variable of the user's environment is passed on to engines and installers. Variables
/// that control an interpreter, a loader, an allocator, a thread pool or an engine are not:
/// invisible settings would be measured, and a PYTHONPATH would add other packages than the pinned
/// ones. docs/engines.md lists them. Variables that identify the user and the system (HOME, PATH,
/// LANG, JAVA_HOME, proxies, credentials of a cluster) are.
bool reachesEngines(std::string_view name);

/// This process's variables that are passed to engines, in the form of execve(2). They point into
/// environ.
std::vector<char*> engineEnvironment();

} // namespace spillway
