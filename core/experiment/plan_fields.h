#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <string>
#include <vector>

namespace spillway {

/// One field of a plan file: what the reader knows and what spillway-plan(5) prints.
struct PlanField {
    std::string name;
    std::string form;     ///< what it takes, as a person writes it: "a size or null"
    std::string fallback; ///< when it is absent; empty: it has to be there
    std::string meaning;
};

/// One of the objects that a plan file is made of.
struct PlanObject {
    std::string title;
    std::string meaning;
    std::vector<PlanField> fields;
};

/// The plan itself first, then what its lists hold: each kind of workload is an object of its own.
const std::vector<PlanObject>& planObjects();

/// InvalidArgument that names a field which no object of its place has: a misspelt one would
/// silently measure something else. Says nothing of values; planFromJson() does.
Result<void> checkPlanFields(const Json& plan);

} // namespace spillway
