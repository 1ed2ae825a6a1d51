#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <string>
#include <vector>

namespace spillway {

/// One field of a plan file, for the reader and for spillway-plan(5).
struct PlanField {
    std::string name;
    std::string form;     ///< what it takes, as a person writes it: "a size or null"
    std::string fallback; ///< default when it is absent; empty: required
    std::string meaning;
};

/// One of the objects that a plan file is made of.
struct PlanObject {
    std::string title;
    std::string meaning;
    std::vector<PlanField> fields;
};

/// The plan itself first, then the elements of its lists: each workload kind is a separate object.
const std::vector<PlanObject>& planObjects();

/// InvalidArgument that names an unknown field: a misspelt one would silently measure something
/// else. Does not check values; planFromJson() does.
Result<void> checkPlanFields(const Json& plan);

} // namespace spillway
