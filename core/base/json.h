#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Reading JSON that may be hostile: bounded in depth, every missing or mistyped field a clear
/// Error.
namespace spillway {

/// Bounds of a text that is parsed. A value takes at least 16 bytes of memory, up to about 100 for
/// an empty object of two bytes of text: the number of values bounds memory where the text's length
/// does not.
struct JsonBounds {
    int depth = 32;
    std::size_t values = 5'000'000;
};

/// One JSON value, in time and memory linear in the text. Protocol error when the text is not JSON
/// or exceeds the bounds; then nothing has been built.
Result<Json> parseJson(std::string_view text, const JsonBounds& bounds = {});
Result<Json> parseJson(std::string_view text, int maxDepth);

/// One line without a line break; NaN and infinities as null, bytes that are not UTF-8 replaced.
std::string toLine(const Json& value);

/// The error for a field that is missing or has another type than expected.
Error badField(std::string_view field, std::string_view expected);

/// `object[field]` as a T, or an error saying why not. null counts as missing.
template <class T>
Result<T> field(const Json& object, const char* name)
{
    if (!object.is_object()) return badField(name, "an object around it");
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return badField(name, "a value");
    try {
        // nlohmann silently converts 1.5 and true to 1 and 2⁶⁴ − 1 to −1; a contract must not.
        if constexpr (std::is_same_v<T, bool>) {
            if (!found->is_boolean()) return badField(name, "true or false");
        } else if constexpr (std::is_integral_v<T>) {
            if (!found->is_number_integer()) return badField(name, "a whole number");
            const bool fits = found->is_number_unsigned()
                                  ? std::in_range<T>(found->template get<std::uint64_t>())
                                  : std::in_range<T>(found->template get<std::int64_t>());
            if (!fits) return badField(name, "a whole number of fewer digits");
        } else if constexpr (std::is_floating_point_v<T>) {
            if (!found->is_number()) return badField(name, "a number");
        }
        return found->template get<T>();
    } catch (const Json::exception&) {
        return badField(name, "another type");
    }
}

/// The same for a field that may be absent or null.
template <class T>
Result<std::optional<T>> optionalField(const Json& object, const char* name)
{
    if (!object.is_object()) return badField(name, "an object around it");
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return std::optional<T>();
    auto value = field<T>(object, name);
    if (!value) return value.error();
    return std::optional<T>(std::move(*value));
}

/// A value that field() and optionalField() read back.
template <class T>
Json orNull(const std::optional<T>& value)
{
    return value ? Json(*value) : Json();
}

/// The value of a field, or `fallback` when it is absent, null or of another type. For fields whose
/// loss does not affect reported facts.
template <class T>
T fieldOr(const Json& object, const char* name, T fallback)
{
    auto value = field<T>(object, name);
    return value ? std::move(*value) : std::move(fallback);
}

} // namespace spillway
