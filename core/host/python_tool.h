#pragma once

#include "base/json_fwd.h"
#include "host/engine_registry.h"

#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace spillway {

/// A Python environment in which Spillway itself works. It is no engine and measures nothing, but
/// is set up and removed like one: `spillway engines install ID`.
struct PythonTool {
    EngineManifest manifest;
    std::string_view purpose; ///< "which reads queries"
};

/// The query language's parser and compilers, with sqlglot for SQL. Setting up any engine sets it
/// up, too.
const PythonTool& plannerTool();
/// Reads and writes Parquet files, with pyarrow. It is set up when it is asked for.
const PythonTool& parquetTool();
/// Each of them, as it is installed.
std::vector<EngineInfo> toolInfos(const EngineRegistry& registry);

/// A share from 0 to 1 of what was asked for.
using ToolProgress = std::function<void(double share)>;

/// Asks the tool's program, which gets `request` as a file and writes its answer to another, and
/// waits. NotFound when the environment is not set up, with the command that does it; EngineFailed
/// with Python's last words; Cancelled. What is wrong with what was asked is an answer.
Result<Json> ask(const EngineRegistry& registry, const PythonTool& tool, const Json& request,
                 std::stop_token stop, const ToolProgress& progress = {});

} // namespace spillway
