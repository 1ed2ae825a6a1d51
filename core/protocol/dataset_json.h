#pragma once

#include "base/json_fwd.h"
#include "data/dataset.h"

#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// What a query calls the table of a dataset that has no named ones.
inline constexpr std::string_view onlyTable = "data";

/// The optional fields of a CSV's schema that are not at their defaults: comment, skip_rows,
/// decimal, encoding, missing. An engine that does not know one of them would read different
/// data.
std::vector<std::string> dialectOf(const Schema& schema);

/// As plans and sessions have it, and version 1 of the run protocol.
Json toJson(const Dataset& dataset);
/// Protocol error for a field that is missing, of another type or out of its range.
Result<Dataset> datasetFromJson(const Json& json);
/// A dataset's tables by their names, as version 2 of the run protocol has them; none without data.
Json inputsJson(const Dataset& dataset);
/// The dataset of inputsJson(). Errors as of datasetFromJson().
Result<Dataset> datasetFromInputs(const Json& inputs);

} // namespace spillway
