#pragma once

#include "base/error.h"
#include "base/json_fwd.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spillway {

/// A flag, a whole number, a number, or one word of a list of choices.
using ParameterValue = std::variant<bool, std::int64_t, double, std::string>;

/// What is asked of an engine: a kind of work, the columns that it reads by their roles, and its
/// parameters. A plain value; what it may hold is said by the WorkloadType of its kind
/// (workloads/workload_type.h), and each kind has a struct of its own that reads and makes it
/// (workloads/<kind>/).
struct Workload {
    std::string kind; ///< id of a WorkloadType, as the command line and records name it
    /// By name of a role. A role that takes one column has a list of one; one that is left open is
    /// not here.
    std::map<std::string, std::vector<std::string>> columns;
    /// By name, those that are not at their defaults: so that equal work is equal.
    std::map<std::string, ParameterValue> parameters;

    bool operator==(const Workload&) const = default;
};

/// Of a role; empty when it is left open.
std::vector<std::string> columnsFor(const Workload& workload, std::string_view role);
/// The columns that it reads, in the order of its kind's roles.
std::vector<std::string> columnsOf(const Workload& workload);
/// Of a parameter of its kind: what was set, else the default. An empty text for a name that the
/// kind does not have.
ParameterValue parameterOf(const Workload& workload, std::string_view name);

/// What is wrong with it in words: an unknown kind, role or parameter, a role without a column, a
/// column named twice, a value out of range.
Result<void> validate(const Workload& workload);

/// `--param NAME=VALUE`; dashes stand for the underscores of a name. InvalidArgument with the names
/// and ranges that are allowed.
Result<void> setParameter(Workload& workload, std::string_view name, std::string_view value);
/// InvalidArgument when the kind has no such parameter or the value is none that it takes.
Result<void> setValue(Workload& workload, std::string_view name, ParameterValue value);

/// One object: "kind", then every role and every parameter by its name, defaults too:
///     {"kind": "etl", "group_by": "category", "values": ["x"], "materialise": "streamed"}
/// A role that is left open is an empty text, or an empty list where it takes many columns.
Json toJson(const Workload& workload);
/// Protocol error for an unknown kind or a field of another type, InvalidArgument for a parameter
/// out of its range; what is absent is left open or at its default.
Result<Workload> workloadFromJson(const Json& json);

} // namespace spillway
