#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <span>
#include <string_view>

namespace spillway {

/// One field of a plan file: what the reader knows and what spillway-plan(5) prints.
struct PlanField {
    std::string_view name;
    std::string_view form;     ///< what it takes, as a person writes it: "a size or null"
    std::string_view fallback; ///< when it is absent; empty: it has to be there
    std::string_view meaning;
};

/// One of the objects that a plan file is made of.
struct PlanObject {
    std::string_view title;
    std::string_view meaning;
    std::span<const PlanField> fields;
};

/// The plan itself first, then what its lists hold.
std::span<const PlanObject> planObjects();

/// InvalidArgument that names a field which no object of its place has: a misspelt one would
/// silently measure something else. Says nothing of values; planFromJson() does.
Result<void> checkPlanFields(const Json& plan);

} // namespace spillway
