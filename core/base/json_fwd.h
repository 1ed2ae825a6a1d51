#pragma once

#include <nlohmann/json_fwd.hpp>

/// Forward declaration of a JSON value for headers that only pass one on. base/json.h has
/// everything else, but costs a second of compile time, so only sources include it.
namespace spillway {

using Json = nlohmann::json;

} // namespace spillway
