#pragma once

#include <string_view>
#include <vector>

namespace spillway {

/// Whether a variable of the user's environment is handed on to engines and installers. What steers
/// an interpreter, a loader, an allocator, a thread pool or an engine is not: a setting that nobody
/// sees would be measured, and a PYTHONPATH would bring in other packages than the pinned ones.
/// docs/engines.md lists them. What says who and where somebody is (HOME, PATH, LANG, JAVA_HOME,
/// proxies, credentials of a cluster) is.
bool reachesEngines(std::string_view name);

/// Those of this process's variables that reach engines, as execve(2) takes them. They point into
/// environ.
std::vector<char*> engineEnvironment();

} // namespace spillway
