#include "base/json.h"

#include <fmt/format.h>

namespace spillway {

Result<Json> parseJson(std::string_view text, int maxDepth)
{
    bool tooDeep = false;
    const auto guard = [&](int depth, Json::parse_event_t, Json&) {
        tooDeep = tooDeep || depth > maxDepth;
        // Discarding what is too deep keeps memory bounded while the parser reads on to the end.
        return !tooDeep;
    };
    Json value = Json::parse(text, guard, /*allow_exceptions=*/false);
    if (tooDeep)
        return Error{.code = ErrorCode::Protocol,
                     .message = fmt::format("JSON is nested deeper than {} levels.", maxDepth),
                     .phase = {},
                     .remedy = {}};
    if (value.is_discarded())
        return Error{.code = ErrorCode::Protocol,
                     .message = fmt::format("Not JSON: \"{}\".", text.substr(0, 60)),
                     .phase = {},
                     .remedy = {}};
    return value;
}

std::string toLine(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Error badField(std::string_view field, std::string_view expected)
{
    return {.code = ErrorCode::Protocol,
            .message = fmt::format("Field \"{}\" should hold {}.", field, expected),
            .phase = {},
            .remedy = {}};
}

} // namespace spillway
