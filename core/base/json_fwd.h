#pragma once

#include <nlohmann/json_fwd.hpp>

/// The name of a JSON value for headers that only pass one on. base/json.h has everything else:
/// it costs a second of compiling, so that only sources include it.
namespace spillway {

using Json = nlohmann::json;

} // namespace spillway
