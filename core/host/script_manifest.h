#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <filesystem>

namespace spillway {

/// How a user's script becomes an engine: run by the Python that the user's shell finds, on the
/// adapter that knows the protocol. `kinds`: what a script can do, as a manifest has it. It does
/// the kind that a line such as "# spillway: kind=query" among its first says, else the kinds of
/// the first version of the protocol. NotFound without a Python, InvalidArgument for another kind.
Result<Json> scriptManifest(const std::filesystem::path& script, const Json& kinds);

} // namespace spillway
