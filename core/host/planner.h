#pragma once

#include "base/json_fwd.h"
#include "host/engine_registry.h"

#include <stop_token>

namespace spillway {

/// The Python environment in which Spillway itself works while it plans: the query language's
/// parser and compilers, and sqlglot for SQL. It starts no engine, so a job is checked for engines
/// that are not set up as well. `spillway engines install planner` makes it; setting up any engine
/// makes it, too.
EngineInfo planner(const EngineRegistry& registry);

/// Asks adapters/spillway_adapters/planner.py, and waits for its answer: half a second. `request`
/// has the field "kind". NotFound when the environment is not set up, with the command that does
/// it; EngineFailed with Python's last words; Cancelled. What is wrong with a job is an answer.
Result<Json> askPlanner(const EngineRegistry& registry, const Json& request, std::stop_token stop);

} // namespace spillway
